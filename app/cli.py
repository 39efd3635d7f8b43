"""`onrecord`: the service and its jobs from the command line."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console

from app import printout
from app.db import Database, Sessions, migrate, open_database
from app.errors import BadInput, OnRecordError
from app.extract import MODEL, VERSION, extract
from app.extract.document import Document, Extraction, Topic
from app.ingest import ingest
from app.ingest.folder import find_files, read_file, read_topics
from app.ingest.source import Source, read_source
from app.ingest.topics import register_topic
from app.logs import configure_logs
from app.schemas import ExtractionOut
from app.settings import Settings
from app.worker import catch_up, work

SEEDS = Path(__file__).resolve().parents[1] / "seeds"

cli = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Who said what, to whom and when, each tied to the characters of the article it came from.",
)


def main() -> None:
    """Run the command line; an error of ours is one line, not a stack trace."""
    configure_logs()
    try:
        cli()
    except OnRecordError as error:
        typer.echo(f"onrecord: {error.detail}", err=True)
        sys.exit(1)


@cli.command("extract")
def extract_command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Articles as text or HTML; none, or -: standard input.")
    ] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Each line of input is a JSON object with id and text.")] = False,
    topic: Annotated[list[str] | None, typer.Option(help="A proposition to judge the articles on.")] = None,
    published_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="What “Sunday” is reckoned from.")
    ] = None,
) -> None:
    """Print what each article yields as one line of JSON, without a database."""
    topics = tuple(Topic(id=statement, statement=statement) for statement in topic or ())
    day = published_on.date() if published_on else None
    failed = False
    for name, source in _inputs(files or [Path("-")], jsonl):
        try:
            document = _line_document(source, topics, day) if jsonl else _file_document(name, source, topics, day)
            typer.echo(_as_json(document, extract(document)))
        except OnRecordError as error:
            typer.echo(f"onrecord: {name}: {error.detail}", err=True)
            failed = True
    raise typer.Exit(1 if failed else 0)


@cli.command("ingest")
def ingest_command(
    sources: Annotated[list[str], typer.Argument(help="Files, folders or web addresses.")],
) -> None:
    """Record articles: files with what a .toml beside them says, folders of them with their topics, or pages."""
    with open_database(Settings()) as database:
        migrate(database)
        failed = asyncio.run(_ingest_all(database, sources))
    raise typer.Exit(1 if failed else 0)


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
    """Serve the API, its documentation at /docs, and keep the record up to date."""
    settings = Settings()
    with open_database(settings) as database:
        migrate(database)
        _serve(settings, host, port, workers)


@cli.command()
def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when everything is up to date.")] = False,
) -> None:
    """Keep the record up to date with new topics and a newer extractor; several may run at once."""
    with open_database(Settings()) as database:
        migrate(database)
        asyncio.run(_work(database, once))


@cli.command()
def demo(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Record the sample article, print who said what in it, and serve it."""
    settings = Settings()
    with open_database(settings) as database:
        migrate(database)
        asyncio.run(_ingest_all(database, [str(SEEDS)]))
        asyncio.run(_print(database))
        _serve(settings, host, port, workers=1)


class JsonLine(BaseModel):
    """A line of `extract --jsonl`."""

    model_config = ConfigDict(extra="ignore")

    id: str | int | None = None
    text: str
    title: str | None = None
    published_on: date | None = None
    propositions: list["JsonProposition"] = []


class JsonProposition(BaseModel):
    """A topic of one line's article."""

    id: str
    statement: str


def _inputs(files: Iterable[Path], jsonl: bool) -> Iterator[tuple[str, bytes]]:
    for file in files:
        name = "standard input" if str(file) == "-" else str(file)
        try:
            raw = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        except OSError as error:
            raise BadInput(f"{file}: {error.strerror}") from error
        if not jsonl:
            yield name, raw
            continue
        for number, line in enumerate(raw.split(b"\n"), 1):
            if line.strip():
                yield f"{name}, line {number}", line


def _line_document(line: bytes, topics: tuple[Topic, ...], day: date | None) -> Document:
    try:
        row = JsonLine.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}") from error
    own = tuple(Topic(each.id, each.statement) for each in row.propositions)
    return Document(
        text=row.text,
        id=None if row.id is None else str(row.id),
        title=row.title,
        published_on=row.published_on or day,
        topics=topics + own,
    )


def _file_document(name: str, raw: bytes, topics: tuple[Topic, ...], day: date | None) -> Document:
    html = name.lower().endswith((".html", ".htm"))
    source = Source(html=raw) if html else Source(text=raw)
    article = asyncio.run(read_source(source, Settings()))
    return Document(
        text=article.text,
        id=name,
        title=article.title,
        published_on=day or article.published_on,
        language=article.language,
        topics=topics,
    )


def _as_json(document: Document, extraction: Extraction) -> str:
    printed = ExtractionOut.model_validate(
        {
            "id": document.id,
            "sha256": document.sha256,
            "language": document.language,
            "published_on": document.published_on,
            "extractor": {"version": VERSION, "model": MODEL},
            **{name: [_plain(fact) for fact in facts] for name, facts in _facts(extraction).items()},
        }
    )
    return printed.model_dump_json()


def _facts(extraction: Extraction) -> dict[str, tuple[Any, ...]]:
    names = ("speakers", "quotes", "stances", "weapon_facts", "warnings")
    return {name: getattr(extraction, name) for name in names}


def _plain(fact: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the extraction's dataclasses
    plain = asdict(fact)
    for mention in plain.get("mentions", ()):
        mention["start"], mention["end"] = mention.pop("span")
    return plain


@asynccontextmanager
async def _sessions(database: Database) -> AsyncIterator[Sessions]:
    engine = database.create_async_engine()
    try:
        yield Sessions.of_engine(engine)
    finally:
        await engine.dispose()


async def _ingest_all(database: Database, names: Iterable[str]) -> int:
    """Record everything that `names` stand for, each article in its own transaction; how many failed."""
    settings = Settings()
    failed = 0
    async with _sessions(database) as sessions:
        for name in names:
            if not _is_address(name) and Path(name).is_dir():
                await _register_topics(sessions, Path(name))
            for place in [name] if _is_address(name) else find_files(Path(name)):
                try:
                    source = Source(url=str(place)) if _is_address(name) else read_file(Path(place))
                    article = await read_source(source, settings)
                    async with sessions.writing() as session:
                        stored = await ingest(session, article)
                    known = "recorded" if stored.created else "already on record"
                    typer.echo(f"{place}: {known} as article {stored.article_id}")
                except (OnRecordError, OSError) as error:
                    failed += 1
                    typer.echo(f"onrecord: {place}: {getattr(error, 'detail', error)}", err=True)
    return failed


def _is_address(name: str) -> bool:
    return "://" in name


async def _register_topics(sessions: Sessions, folder: Path) -> None:
    async with sessions.writing() as session:
        for topic in read_topics(folder):
            await register_topic(session, topic.statement, topic.slug, topic.aliases, topic.keywords)


async def _work(database: Database, once: bool) -> None:
    async with _sessions(database) as sessions:
        if once:
            typer.echo(f"{await catch_up(sessions)} revisions brought up to date")
        else:
            await work(sessions)


async def _print(database: Database) -> None:
    async with _sessions(database) as sessions, sessions.reading() as session:
        await printout.print_record(session, Console())


def _serve(settings: Settings, host: str | None, port: int | None, workers: int) -> None:
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host or settings.host,
        port=settings.port if port is None else port,
        workers=workers,
        log_level="info",
    )
