"""CSV (RFC 4180) that a spreadsheet opens as it is meant: a row each, all columns of the JSON, no cell that is a formula.

Begins with a byte order mark, without which Excel does not read UTF-8, and ends lines with CRLF.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json import dumps
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

BYTE_ORDER_MARK = "\ufeff"
# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), in wide letters too. An apostrophe before
# it makes it text; one more before a text that looks as if it had been given one, so that it can be taken away again.
FORMULA = re.compile("'*[=+\\-@＝＋－＠\t\r\n]")
Path = tuple[str, ...]


def columns_of(model: type[BaseModel], only: Iterable[str] | None = None) -> list[Path]:
    """The columns for rows of `model`: a field each, and for a field that is a model itself, each of its fields.

    `only` names the fields of `model` to keep.
    """
    kept = list(model.model_fields) if only is None else list(only)
    return list(_columns(model, kept))


def _columns(model: type[BaseModel], kept: Sequence[str]) -> Iterator[Path]:
    for name in kept:
        inner = _model_in(model.model_fields[name].annotation)
        if inner is None:
            yield (name,)
        else:
            yield from ((name, *path) for path in _columns(inner, list(inner.model_fields)))


def _model_in(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - annotations have no type of their own
    if get_origin(annotation) in (Union, UnionType):
        some = [each for each in get_args(annotation) if each is not NoneType]
        annotation = some[0] if len(some) == 1 else None
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def heading(columns: Sequence[Path]) -> str:
    """The byte order mark and the line with the names of the columns: `speaker_name` for the name of the speaker."""
    return BYTE_ORDER_MARK + _lines([["_".join(path) for path in columns]])


def lines(columns: Sequence[Path], rows: Iterable[Mapping[str, Any]]) -> str:
    """A line for each row, which is as JSON has it."""
    return _lines([cell(_at(row, path)) for path in columns] for row in rows)


def _at(row: Mapping[str, Any], path: Path) -> Any:  # noqa: ANN401 - a JSON value
    value: Any = row
    for name in path:
        value = None if value is None else value.get(name)
    return value


def cell(value: Any) -> str:  # noqa: ANN401 - a JSON value
    """A JSON value as the text of a cell: lists and objects as JSON, null as nothing, no text as a formula.

    >>> cell("=1+1"), cell(-0.5), cell([[0, 5]]), cell(None), cell(True)
    ("'=1+1", '-0.5', '[[0, 5]]', '', 'true')
    """
    if isinstance(value, str):
        return f"'{value}" if FORMULA.match(value) else value
    return "" if value is None else dumps(value, ensure_ascii=False)


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()
