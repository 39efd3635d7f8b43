"""Every command of docs/api.md does what it says, on the record that `make demo` makes."""

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from app.api.formats import ANNOTATIONS, ATOM, CSV, JSON_LD, NDJSON
from app.db import WriteSession
from app.ingest import ingest
from app.ingest.folder import find_places, read_place, read_topics
from app.ingest.source import read_source
from app.ingest.topics import register_topic
from app.queries.quotefilter import QuoteFilter
from app.settings import Settings

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]


@dataclass
class Curl:
    """What a command line of curl asks for, and what it is piped into."""

    url: str = ""
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    data: list[str] = field(default_factory=list)
    encoded: list[str] = field(default_factory=list)
    as_query: bool = False
    etag_saved: str = ""
    etag_compared: str = ""
    jq: list[str] = field(default_factory=list)


def read(command: str) -> Curl:
    words = iter(shlex.split(command, comments=True))
    assert next(words) == "curl", command
    asked = Curl()
    for word in words:
        match word:
            case "-s" | "-i":
                pass
            case "-o":
                next(words)
            case "-I":
                asked.method = "HEAD"
            case "-G":
                asked.as_query = True
            case "-X":
                asked.method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                asked.headers[name] = value
            case "-d":
                asked.data.append(next(words))
            case "--data-urlencode":
                asked.encoded.append(next(words))
            case "--etag-save":
                asked.etag_saved = next(words)
            case "--etag-compare":
                asked.etag_compared = next(words)
            case "|":
                asked.jq = list(words)
            case _:
                assert word.startswith("http://127.0.0.1:8000/"), command
                asked.url = word.removeprefix("http://127.0.0.1:8000")
    return asked


def piped(content: bytes, command: list[str]) -> bytes:
    return subprocess.run(command, input=content, capture_output=True, timeout=20, check=True).stdout


@pytest.fixture
async def demo(write_session: WriteSession, settings: Settings) -> None:
    for topic in read_topics(str(ROOT / "seeds")):
        await register_topic(write_session, topic.statement, topic.slug, topic.aliases, topic.keywords)
    for place in find_places([str(ROOT / "seeds")]):
        await ingest(write_session, await read_source(read_place(place), settings))


async def test_every_command_does_what_it_says(client: httpx.AsyncClient, demo: None) -> None:
    ids = {
        noun: min(row["id"] for row in (await client.get(f"/v1/{noun}?limit=200")).json()["data"])
        for noun in ("quotes", "articles")
    }
    tags: dict[str, str] = {}
    for command in COMMANDS:
        asked = read(command)
        url = re.sub(r"/(quotes|articles)/1\b", lambda match: f"/{match[1]}/{ids[match[1]]}", asked.url)
        if asked.as_query:
            pairs = [each.partition("=") for each in (*asked.data, *asked.encoded)]
            url = str(httpx.URL(url, params={name: value for name, _, value in pairs}))
        if asked.etag_compared:
            asked.headers["If-None-Match"] = tags[asked.etag_compared]
        body = None if asked.as_query or not asked.data else asked.data[0].encode()
        answer = await client.request(asked.method, url, headers=asked.headers, content=body)
        expected = re.search(r"  # (\d{3})$", command)
        assert answer.status_code in ([int(expected[1])] if expected else [200, 201]), (command, answer.text)
        tags[asked.etag_saved] = answer.headers.get("etag", "")
        if asked.jq and shutil.which("jq"):
            assert piped(answer.content, asked.jq).strip() not in (b"", b"null", b"0"), (command, answer.text)


@pytest.mark.parametrize("name", QuoteFilter.model_fields)
def test_every_filter_of_quotes_is_in_it(name: str) -> None:
    assert re.search(rf"\b{name}\b", GUIDE)


@pytest.mark.parametrize("form", [NDJSON, CSV, JSON_LD, ATOM, ANNOTATIONS])
def test_every_form_is_in_it(form: object) -> None:
    assert f"format={form.name}" in GUIDE  # type: ignore[attr-defined]
