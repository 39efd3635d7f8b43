"""Documents to extract from without recording them: files, or lines of JSON that carry an article each."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from app.errors import BadInput
from app.extract.document import Document, Topic
from app.ingest.folder import HTML
from app.ingest.source import Source, read_source
from app.settings import Settings

STANDARD_INPUT = Path("-")


class Proposition(BaseModel):
    """A topic of one line's article."""

    id: str
    statement: str


class Line(BaseModel):
    """A line of input; fields that it has besides are let be, so that annotated corpora can be read as they are."""

    id: str | int | None = None
    text: str
    title: str | None = None
    published_on: date | None = None
    propositions: list[Proposition] = []


@dataclass(frozen=True, slots=True)
class Reading:
    """What is the same for every document of one call."""

    topics: tuple[Topic, ...]
    published_on: date | None
    settings: Settings


def read_files(files: Sequence[Path], reading: Reading) -> Iterator[tuple[str, Document | BadInput]]:
    """The name of each file and its document, or what is wrong with it."""
    for file in files:
        try:
            yield str(file), _file_document(file, _bytes(file), reading)
        except BadInput as error:
            yield str(file), error


def read_lines(files: Sequence[Path], reading: Reading) -> Iterator[tuple[str, Document | BadInput]]:
    """The name of each line that is not blank and its document, or what is wrong with it."""
    for file in files:
        try:
            lines = _bytes(file).split(b"\n")
        except BadInput as error:
            yield str(file), error
            continue
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield f"{file}, line {number}", _line_document_or_error(line, reading)


def _bytes(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror}.") from error


def _file_document(file: Path, raw: bytes, reading: Reading) -> Document:
    source = Source(html=raw) if file.suffix.lower() in HTML else Source(text=raw)
    article = asyncio.run(read_source(source, reading.settings))
    return Document(
        text=article.text,
        id=None if file == STANDARD_INPUT else str(file),
        title=article.title,
        published_on=reading.published_on or article.published_on,
        language=article.language,
        topics=reading.topics,
    )


def _line_document_or_error(line: bytes, reading: Reading) -> Document | BadInput:
    try:
        return _line_document(Line.model_validate_json(line), reading)
    except ValidationError as error:
        first = error.errors()[0]
        return BadInput(f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}")
    except BadInput as error:
        return error


def _line_document(line: Line, reading: Reading) -> Document:
    article = asyncio.run(read_source(Source(text=line.text), reading.settings))
    own = tuple(Topic(each.id, each.statement) for each in line.propositions)
    return Document(
        text=article.text,
        id=None if line.id is None else str(line.id),
        title=line.title,
        published_on=line.published_on or reading.published_on,
        topics=reading.topics + own,
    )
