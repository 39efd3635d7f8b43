"""`onrecord`: the service and its jobs from the command line."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn, cast

import typer
import uvicorn
from rich.console import Console

from app import printout
from app.api.access import writing_on
from app.db import Database, Sessions, migrate, open_database, open_sessions
from app.errors import OnRecordError
from app.evaluation import evaluate, read_gold
from app.extract import extract, load_models
from app.extract.document import Document, Topic
from app.extract.tagger import UnusableWeights
from app.ingest import ingest
from app.ingest.documents import STANDARD_INPUT, Reading, read_files, read_lines
from app.ingest.folder import find_places, read_people, read_place, read_topics
from app.ingest.reference import read_reference, store_reference
from app.ingest.refresh import plan_refresh
from app.ingest.source import read_source
from app.ingest.topics import register_topic
from app.keys import SCOPES, create_key, list_keys, revoke_key
from app.logs import configure_logs
from app.schemas import PersonIn, TopicIn
from app.settings import Settings
from app.tables import Scope
from app.worker import work_off
from app.worker.processes import running_workers

RECORDED, KNOWN, FAILED = "recorded", "already on record", "failed"
SEEDS = Path(__file__).resolve().parents[1] / "seeds"

cli = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who said what, to whom and when, each tied to the characters of the article it came from.",
)

keys = typer.Typer(no_args_is_help=True, help="Make, show and revoke API keys.")
cli.add_typer(keys, name="keys")


def main() -> None:
    """Run the command line; an error of ours is one line, not a stack trace."""
    configure_logs()
    # Being told to stop is a way to leave like any other: the embedded Postgres is stopped by the last one out.
    signal.signal(signal.SIGTERM, _leave)
    try:
        cli()
    except (OnRecordError, UnusableWeights) as error:
        typer.echo(f"onrecord: {error}", err=True)
        sys.exit(1)


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)


@cli.command("extract")
def extract_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Articles as text or HTML; none, or -: standard input.")
    ] = None,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help="Each line of input is a JSON object: text, and id, title, published_on or propositions if known.",
        ),
    ] = False,
    topic: Annotated[
        list[str] | None, typer.Option(help="A proposition to judge the articles on; may be repeated.")
    ] = None,
    published_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day from which “Sunday” is reckoned, as 2024-11-18.")
    ] = None,
) -> None:
    """Print what each article yields as one line of JSON, without a database."""
    settings = Settings()
    load_models(settings.threads)
    reading = Reading(
        topics=tuple(Topic(id=statement, statement=statement) for statement in topic or ()),
        published_on=published_on.date() if published_on else None,
        settings=settings,
    )
    failed = False
    for name, document in (read_lines if jsonl else read_files)(files or [STANDARD_INPUT], reading):
        if isinstance(document, Document):
            typer.echo(printout.as_json(document, extract(document)))
        else:
            typer.echo(f"onrecord: {name}: {document.detail}", err=True)
            failed = True
    raise typer.Exit(1 if failed else 0)


@cli.command("evaluate")
def evaluate_command(
    gold: Annotated[Path, typer.Argument(help="JSON lines, plain or gzip: id, text and attributions, each in spans.")],
    by: Annotated[
        str | None, typer.Option(help="A field of the lines, such as publisher, to tell figures apart by.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,
) -> None:
    """Measure the extraction against articles that people annotated with source, cue and content."""
    total, groups = evaluate(read_gold(gold), by)
    if as_json:
        typer.echo(printout.figures_as_json(total, groups))
    else:
        printout.print_figures(total, groups, Console())


@cli.command("ingest")
def ingest_command(
    sources: Annotated[list[str], typer.Argument(help="Files, folders or web addresses.")],
) -> None:
    """Record articles: files with what a .toml beside them says, folders of them with their topics, or pages."""
    settings = Settings()
    load_models(settings.threads)
    with open_database(settings) as database:
        migrate(database)
        failed = asyncio.run(_ingest_all(database, settings, sources))
    raise typer.Exit(1 if failed else 0)


@cli.command()
def people(
    files: Annotated[list[Path], typer.Argument(help="Reference files: names, aliases, countries and parties of people.")],
) -> None:
    """Make people known by name, so that articles' names are told to be theirs."""
    entries = [entry for file in files for entry in read_reference(file)]
    with open_database(Settings()) as database:
        migrate(database)
        asyncio.run(_know(database, entries))
    typer.echo(f"{len(entries)} people known")


@cli.command("migrate")
def migrate_command() -> None:
    """Bring the schema of the database up to date."""
    with open_database(Settings()) as database:
        migrate(database)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that answer.")] = 1,
) -> None:
    """Serve the API, its documentation at /docs, with a worker beside it that reads what comes in."""
    settings = Settings()
    with open_database(settings) as database:
        migrate(database)
        _serve(database, settings, host, port, workers)


@cli.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Processes that read: as many articles at once.")] = 1,
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is left to do.")] = False,
) -> None:
    """Read the articles that come in, and all others again for new topics and a newer extractor; on any number of hosts."""
    settings = Settings()
    with open_database(settings) as database:
        migrate(database)
        if once:
            load_models(settings.threads)
            asyncio.run(work_off(database, settings))
            return
        with running_workers(database, settings, concurrency):
            while True:
                signal.pause()


@cli.command()
def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Record the sample article, print who said what in it, and serve it."""
    settings = Settings()
    with open_database(settings) as database:
        migrate(database)
        asyncio.run(_ingest_all(database, settings, [str(SEEDS)]))
        asyncio.run(_print(database))
        _serve(database, settings, host, port, workers=1)


def _known(scopes: list[str]) -> list[str]:
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(SCOPES)}")
    return scopes


@keys.command("create")
def create_key_command(
    name: Annotated[str, typer.Argument(help="Whose it is, or what for.")],
    scope: Annotated[
        list[str],
        typer.Option(callback=_known, metavar="|".join(SCOPES), help="What for; may be repeated. admin is all of them."),
    ],
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day (UTC) from which on it is of no use.")
    ] = None,
) -> None:
    """Make an API key and print it: it is shown this once only."""
    if not (name.strip() and name.isprintable()):
        raise typer.BadParameter("a name has letters that can be printed", param_hint="NAME")
    expires_at = expires.replace(tzinfo=UTC) if expires else None
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise typer.BadParameter("this day has begun already", param_hint="--expires")
    with open_database(Settings()) as database:
        migrate(database)
        secret = asyncio.run(_make_key(database, name.strip(), scope, expires_at))
    typer.echo(secret)
    typer.echo("Keep it well: it is not shown again. Send it as `Authorization: Bearer …`.", err=True)


@keys.command("list")
def list_keys_command() -> None:
    """Show what keys there are: how each begins, what it may be used for, and when it was."""
    with open_database(Settings()) as database:
        migrate(database)
        asyncio.run(_print_keys(database))


@keys.command("revoke")
def revoke_key_command(
    prefixes: Annotated[list[str], typer.Argument(help="How each key begins, as `onrecord keys list` shows it.")],
) -> None:
    """Have keys be of no use from this moment on."""
    with open_database(Settings()) as database:
        migrate(database)
        for name in asyncio.run(_revoke_keys(database, prefixes)):
            typer.echo(f"revoked: {name}")


async def _ingest_all(database: Database, settings: Settings, names: Sequence[str]) -> int:
    """Record everything that `names` stand for, each article in its own transaction; how many failed."""
    async with open_sessions(database) as sessions:
        if known := [person for name in names for person in read_people(name)]:
            async with sessions.writing() as session:
                await store_reference(session, known)
        new_topics = [topic for name in names for topic in read_topics(name) if await _register(sessions, topic)]
        outcomes = Counter([await _ingest_one(sessions, place) for place in find_places(names)])
        async with sessions.writing() as session:
            behind = await plan_refresh(session) if new_topics else 0
    if behind:
        await work_off(database, settings)
    if outcomes.total() != 1:
        typer.echo(", ".join(f"{outcomes[outcome]} {outcome}" for outcome in (RECORDED, KNOWN, FAILED)))
    return outcomes[FAILED]


async def _know(database: Database, people: Sequence[PersonIn]) -> None:
    async with open_sessions(database) as sessions, sessions.writing() as session:
        await store_reference(session, people)


async def _register(sessions: Sessions, topic: TopicIn) -> bool:
    async with sessions.writing() as session:
        _, new = await register_topic(session, topic.statement, topic.slug, topic.aliases, topic.keywords)
    return new


async def _ingest_one(sessions: Sessions, place: str) -> str:
    try:
        article = await read_source(read_place(place), Settings())
        async with sessions.writing() as session:
            stored = await ingest(session, article)
    except OnRecordError as error:
        typer.echo(f"onrecord: {place}: {error.detail}", err=True)
        return FAILED
    outcome = RECORDED if stored.created else KNOWN
    typer.echo(f"{place}: {outcome} as article {stored.article_id}")
    return outcome


async def _print(database: Database) -> None:
    async with open_sessions(database) as sessions, sessions.reading() as session:
        await printout.print_record(session, Console())


async def _make_key(database: Database, name: str, scopes: list[str], expires_at: datetime | None) -> str:
    async with open_sessions(database) as sessions, sessions.writing() as session:
        secret, _ = await create_key(session, name, cast(list[Scope], scopes), expires_at)
    return secret


async def _print_keys(database: Database) -> None:
    async with open_sessions(database) as sessions, sessions.reading() as session:
        printout.print_keys(await list_keys(session), Console())


async def _revoke_keys(database: Database, prefixes: Sequence[str]) -> list[str]:
    """All of them or, where one is not known, none."""
    async with open_sessions(database) as sessions, sessions.writing() as session:
        revoked = [await revoke_key(session, prefix) for prefix in prefixes]
    return [f"{key.prefix} ({key.name})" for key in revoked]


def _serve(database: Database, settings: Settings, host: str | None, port: int | None, workers: int) -> None:
    host = host or settings.host
    # By the environment, since it may be other processes that answer.
    os.environ["ONRECORD_WRITING"] = writing_on(host, settings)
    with running_workers(database, settings, settings.workers):
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=host,
            port=settings.port if port is None else port,
            workers=workers,
            access_log=False,  # there is one with the ids of requests
            log_level="info",
        )
