"""Articles and topics kept in a folder: `NAME.txt` or `NAME.html`, beside it `NAME.toml` with what is known of it, and
`topics.toml` with the propositions to judge them on, and `people.yaml` with people whom the user knows."""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from app.errors import BadInput
from app.ingest.reference import PEOPLE, read_reference
from app.ingest.source import Source
from app.schemas import PersonIn, TopicIn

TEXT = (".txt",)
HTML = (".html", ".htm", ".xhtml")
TOPICS = "topics.toml"
KNOWN = {field.name for field in fields(Source)} - {"text", "html"}


def read_topics(name: str) -> list[TopicIn]:
    """The topics of the folder `name`, none if it is something else; raises `BadInput` naming what is wrong with them."""
    path = Path(name) / TOPICS
    if not path.is_file():
        return []
    try:
        return [TopicIn.model_validate(entry) for entry in _toml(path).get("topics", [])]
    except ValidationError as error:
        first = error.errors()[0]
        raise BadInput(f"{path}: topics.{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def read_people(name: str) -> list[PersonIn]:
    """The people of the folder's reference file, none if it has none; raises `BadInput`."""
    path = Path(name) / PEOPLE
    return read_reference(path) if path.is_file() else []


def find_places(names: Iterable[str]) -> Iterator[str]:
    """Each of `names` that is a file or a web address, and in place of a folder every article file below it, by name."""
    for name in names:
        if _is_address(name) or not Path(name).is_dir():
            yield name
        else:
            files = (file for file in Path(name).rglob("*") if file.suffix.lower() in TEXT + HTML and file.is_file())
            yield from sorted(map(str, files))


def read_place(place: str) -> Source:
    """What is sent by naming a web address, or a file with what the file beside it says; raises `BadInput`."""
    if _is_address(place):
        return Source(url=place)
    path = Path(place)
    known = _known(path.with_suffix(".toml"))
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"The file cannot be read: {error.strerror}.") from error
    return Source(html=raw, **known) if path.suffix.lower() in HTML else Source(text=raw, **known)


def _is_address(name: str) -> bool:
    return "://" in name


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
