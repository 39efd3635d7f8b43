"""Forms that can be written row by row: NDJSON and CSV."""

from collections.abc import Iterable, Sequence
from functools import cache
from json import dumps
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter

from app.api.formats.table import columns_of, heading, lines


class Writer(Protocol):
    """Writes a form in parts: what comes first, rows as often as there are, what comes last."""

    def begin(self) -> str:
        """What stands before the rows."""
        ...

    def rows(self, rows: Sequence[Any]) -> str:
        """Some rows; raises `ValidationError` for one that is not what the API promises."""
        ...

    def end(self, count: int, following: str | None) -> str:
        """What stands after `count` rows; `following` is the cursor of more."""
        ...


class Lines:
    """NDJSON: a JSON object a line. The last line is none of the rows but says how many there were, so that whoever reads
    it knows that nothing was cut off."""

    def __init__(self, model: type[BaseModel], only: Iterable[str] | None = None) -> None:
        self.adapter = adapter(model)
        self.only = None if only is None else set(only)

    def begin(self) -> str:
        """Nothing."""
        return ""

    def rows(self, rows: Sequence[Any]) -> str:
        """A line each."""
        checked = self.adapter.validate_python(rows)
        return "".join(f"{row.model_dump_json(include=self.only, exclude_unset=True)}\n" for row in checked)

    def end(self, count: int, following: str | None) -> str:
        """`{"end": {"rows": 1234, "next": null}}`."""
        return dumps({"end": {"rows": count, "next": following}}) + "\n"


class Table:
    """CSV. Nothing stands after the rows, as a spreadsheet would take it for one."""

    def __init__(self, model: type[BaseModel], only: Iterable[str] | None = None) -> None:
        self.adapter = adapter(model)
        self.columns = columns_of(model, only)

    def begin(self) -> str:
        """The names of the columns."""
        return heading(self.columns)

    def rows(self, rows: Sequence[Any]) -> str:
        """A line each, or more where a cell holds a line break."""
        return lines(self.columns, self.adapter.dump_python(self.adapter.validate_python(rows), mode="json"))

    def end(self, count: int, following: str | None) -> str:
        """Nothing."""
        return ""


@cache
def adapter(model: type[BaseModel]) -> TypeAdapter[list[Any]]:
    """What checks and serialises rows of `model`."""
    return TypeAdapter(list[model])  # type: ignore[valid-type]
