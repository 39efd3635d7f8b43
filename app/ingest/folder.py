"""Articles and topics kept in a folder: `NAME.txt` or `NAME.html`, beside it `NAME.toml` with what is known of it, and
`topics.toml` with the propositions to judge them on."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.errors import BadInput
from app.ingest.source import Source
from app.schemas import TopicIn

TEXT = (".txt",)
HTML = (".html", ".htm", ".xhtml")
TOPICS = "topics.toml"
KNOWN = {field.name for field in fields(Source)} - {"text", "html"}


def read_topics(folder: Path) -> list[TopicIn]:
    """The topics of `folder`; raises `BadInput` naming what is wrong with their file."""
    path = folder / TOPICS
    if not path.is_file():
        return []
    try:
        return [TopicIn.model_validate(entry) for entry in _toml(path).get("topics", [])]
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{path}: topics.{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def find_files(path: Path) -> Iterator[Path]:
    """`path` itself if it is a file, or every article file below it, by name."""
    if path.is_file():
        yield path
    else:
        yield from sorted(file for file in path.rglob("*") if file.suffix.lower() in TEXT + HTML and file.is_file())


def read_file(path: Path) -> Source:
    """The article in the file `path` with what the file beside it says; raises `BadInput` or `OSError`."""
    known = _known(path.with_suffix(".toml"))
    raw = path.read_bytes()
    return Source(html=raw, **known) if path.suffix.lower() in HTML else Source(text=raw, **known)


def _known(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    entries = _toml(path)
    if unknown := sorted(set(entries) - KNOWN):
        raise BadInput(f"{path}: there is no field {unknown[0]!r}; there are {', '.join(sorted(KNOWN))}.")
    return entries


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from error
