"""Whether what was accepted is stored exactly once, whatever is killed meanwhile, and how fast it goes.

    python benchmarks/ingestion.py ARTICLES.jsonl[.gz] [--limit N] [--workers N] [--posts N] [--verify N]

First 16 clients POST the articles while a worker is killed (SIGKILL) every few seconds and the embedded Postgres is
restarted twice, once in good order and once as if it had crashed; a client that gets no answer, or 503, sends the same
request again with its Idempotency-Key. Then 64 clients POST the first hundred articles again and again, without keys.
Each line of the input has a "text". Everything happens in a folder of its own that is removed at the end.
"""

import argparse
import asyncio
import gzip
import json
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
from sqlalchemy import Engine, text

from app.db import migrate, open_database
from app.extract import VERSION, extract
from app.extract.document import Document
from app.settings import Settings

CLIENTS, CROWD = 16, 64
CROWDED = 100
KILL_EVERY_S = 6.0
ONRECORD = [sys.executable, "-c", "from app.cli import main; main()"]
# What there must be none of, each a query that counts.
WRONG = {
    "articles without a text": "SELECT count(*) FROM articles WHERE revision_id IS NULL",
    "texts stored twice": "SELECT count(*) - count(DISTINCT sha256) FROM revisions",
    "texts not read": "SELECT count(*) FROM revisions WHERE extracted_at IS NULL",
    "jobs left over": "SELECT count(*) FROM procrastinate_jobs WHERE status NOT IN ('succeeded')",
    "texts without a job": "SELECT count(*) FROM revisions WHERE job_id IS NULL",
    "quotes stored twice": "SELECT count(*) - count(DISTINCT (revision_id, content, source)) FROM quotes",
    "quotes whose speaker is another's": """SELECT count(*) FROM quotes JOIN personas ON personas.id = persona_id
        WHERE quotes.speaker_id <> personas.speaker_id""",
    "personas of nobody": """SELECT count(*) FROM personas WHERE held IS NULL
        AND NOT EXISTS (SELECT FROM appearances WHERE persona_id = personas.id)""",
    "speakers of nothing": """SELECT count(*) FROM speakers WHERE merged_into IS NULL
        AND NOT EXISTS (SELECT FROM personas WHERE speaker_id = speakers.id)""",
}


QUOTES_OF = """SELECT array_agg(quotes.text ORDER BY position) FROM quotes JOIN revisions ON revisions.id = revision_id
    WHERE sha256 = :sha256"""


@dataclass(slots=True)
class Tally:
    """What the clients were answered, and how often something was killed."""

    statuses: Counter[int] = field(default_factory=Counter)
    accepted: dict[str, int] = field(default_factory=dict)  # the article's id by its text
    contradictions: int = 0
    unanswered: int = 0
    killed: int = 0
    restarts: int = 0

    def note(self, words: str, answer: httpx.Response) -> None:
        """Count an answer; the same text has to be the same article each time."""
        self.statuses[answer.status_code] += 1
        if answer.status_code in (200, 201, 202):
            article = int(answer.headers["location"].rsplit("/", 1)[1])
            self.contradictions += self.accepted.setdefault(words, article) != article


def texts(path: Path) -> Iterator[str]:
    """The text of each line of `path`."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


@contextmanager
def running(environment: dict[str, str], log: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """One of our commands as a process that writes to `log`, told to stop at the end."""
    with log.open("wb") as output:
        process = subprocess.Popen([*ONRECORD, *arguments], env=environment, stdout=output, stderr=output)  # noqa: S603
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


def address_of(server: subprocess.Popen[bytes], log: Path) -> str:
    """Where a server says that it listens."""
    while server.poll() is None:
        if found := re.search(r"running on (http://\S+)", log.read_text()):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(log.read_text())


async def post(client: httpx.AsyncClient, words: str, tally: Tally) -> None:
    """Send a text until it is answered for good."""
    headers = {"Idempotency-Key": str(uuid4())}
    while True:
        try:
            answer = await client.post("/v1/articles", json={"text": words}, headers=headers)
        except httpx.TransportError:
            tally.unanswered += 1
        else:
            tally.note(words, answer)
            if answer.status_code not in (409, 503):
                return
        await asyncio.sleep(0.2)


async def post_all(url: str, articles: Sequence[str], clients: int, tally: Tally) -> float:
    """Post every text by so many clients; seconds that it took."""
    waiting = iter(articles)

    async def one_client() -> None:
        async with httpx.AsyncClient(base_url=url, timeout=60) as client:
            for words in waiting:
                await post(client, words, tally)

    began = time.perf_counter()
    await asyncio.gather(*(one_client() for _ in range(clients)))
    return time.perf_counter() - began


async def kill_workers(crew: subprocess.Popen[bytes], tally: Tally) -> None:
    """Kill one worker after the other, as long as it takes."""
    for number in range(1_000_000):
        await asyncio.sleep(KILL_EVERY_S)
        hands = [each for each in psutil.Process(crew.pid).children() if "spawn_main" in " ".join(each.cmdline())]
        if hands:
            hands[number % len(hands)].send_signal(signal.SIGKILL)
            tally.killed += 1


async def restart_postgres(settings: Settings, how: signal.Signals, tally: Tally) -> None:
    """End the server, in good order (SIGINT) or at once (SIGQUIT), and start it anew."""
    pid = int((settings.home / "postgres" / "postmaster.pid").read_text().split("\n")[0])
    server = psutil.Process(pid)
    server.send_signal(how)
    await asyncio.to_thread(server.wait, 60)
    await asyncio.to_thread(_open_and_leave, settings)
    tally.restarts += 1


def _open_and_leave(settings: Settings) -> None:
    with open_database(settings):
        pass


async def until_done(url: str) -> None:
    """Wait until no job waits or runs."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        while True:
            try:
                answer = await client.get("/v1/jobs?state=waiting&state=running&limit=1")
            except httpx.TransportError:
                continue
            if answer.status_code == 200 and not answer.json()["data"]:
                return
            await asyncio.sleep(0.5)


async def under_fire(
    url: str, crew: subprocess.Popen[bytes], settings: Settings, articles: Sequence[str], tally: Tally
) -> float:
    """Post and read everything while workers are killed and Postgres is restarted; seconds until all was read."""
    began = time.perf_counter()
    killing = asyncio.create_task(kill_workers(crew, tally))
    third = len(articles) // 3
    await post_all(url, articles[:third], CLIENTS, tally)
    for part, how in ((articles[third : 2 * third], signal.SIGINT), (articles[2 * third :], signal.SIGQUIT)):
        await asyncio.gather(post_all(url, part, CLIENTS, tally), restart_postgres(settings, how, tally))
    killing.cancel()
    await until_done(url)
    return time.perf_counter() - began


def count(engine: Engine, query: str) -> int:
    """The number that `query` gives."""
    with engine.connect() as connection:
        return int(connection.scalar(text(query)) or 0)


def verified(engine: Engine, articles: Sequence[str]) -> int:
    """How many of these texts have exactly the quotes on record that reading them here gives."""
    right = 0
    for words in articles:
        document = Document(words)
        with engine.connect() as connection:
            stored = connection.scalar(text(QUOTES_OF), {"sha256": document.sha256}) or []
        right += list(stored) == [quote.text for quote in extract(document).quotes]
    return right


def report(engine: Engine, tally: Tally) -> bool:
    """Print what was answered and what is wrong; whether all is as it should be."""
    statuses = ", ".join(f"{status}: {number}" for status, number in sorted(tally.statuses.items()))
    print(f"answers {statuses}; {tally.unanswered} times none; {tally.killed} workers killed, {tally.restarts} restarts")
    stored = count(engine, "SELECT count(*) FROM articles")
    quotes = count(engine, "SELECT count(*) FROM quotes")
    print(f"{len(tally.accepted)} texts accepted, {stored} articles stored, {quotes} quotes")
    wrong = {what: count(engine, query) for what, query in WRONG.items()}
    wrong["texts answered with two articles"] = tally.contradictions
    wrong["texts accepted but not stored, or the other way round"] = abs(stored - len(tally.accepted))
    for what, number in wrong.items():
        print(f"  {number} {what}")
    return not any(wrong.values())


def main() -> None:
    """Print the figures, and the machine they are of; exit with 1 where anything is lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--posts", type=int, default=10_000, help="of the same hundred articles")
    parser.add_argument("--verify", type=int, default=20, help="texts to read here too")
    arguments = parser.parse_args()
    articles = list(islice(texts(arguments.articles), arguments.limit))
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        right = measure(Settings(database_url=None, home=Path(folder) / "home", stalled_after_s=5), articles, arguments)
    print(f"extractor {VERSION}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")
    sys.exit(not right)


def measure(settings: Settings, articles: Sequence[str], arguments: argparse.Namespace) -> bool:
    """Do all of it, print the figures, and say whether nothing is wrong."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONRECORD_", "DATABASE_URL"))}
    log = settings.home.with_name("server.log")
    environment = kept | {"ONRECORD_HOME": str(settings.home), "ONRECORD_WORKERS": "0", "ONRECORD_STALLED_AFTER_S": "5"}
    tally = Tally()
    with open_database(settings) as database:
        migrate(database)
        engine = database.create_engine()
        with (
            running(environment, log, "serve", "--port", "0") as server,
            running(environment, log.with_name("workers.log"), "worker", "--concurrency", str(arguments.workers)) as crew,
        ):
            url = address_of(server, log)
            seconds = asyncio.run(under_fire(url, crew, settings, articles, tally))
            print(f"{len(articles)} articles by {CLIENTS} clients, read by {arguments.workers} workers under fire:")
            print(f"{len(articles) / seconds:.2f} articles/s from POST to queryable")
            right = report(engine, tally)
            sample = articles[:: max(1, len(articles) // max(1, arguments.verify))][: arguments.verify]
            agreeing = verified(engine, sample)
            print(f"  {len(sample) - agreeing} of {len(sample)} texts with other quotes than reading them here gives")
            again = Tally(accepted=tally.accepted)
            seconds = asyncio.run(post_all(url, list(islice(cycle(articles[:CROWDED]), arguments.posts)), CROWD, again))
            rate = arguments.posts / seconds
            print(f"{arguments.posts} posts of the same {CROWDED} articles by {CROWD} clients: {rate:.0f}/s")
            return report(engine, again) and right and agreeing == len(sample)


if __name__ == "__main__":
    main()
