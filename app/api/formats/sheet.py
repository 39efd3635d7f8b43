"""What a document is made of that shows one page of a list: its rows, and where it and the next one are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as JSON has them; `base` is the address of the service, without a slash at its end."""

    rows: Sequence[Mapping[str, Any]]
    base: str
    address: str
    following: str | None
