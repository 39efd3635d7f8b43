"""One thing that a text says of somebody."""

from dataclasses import dataclass

from app.extract.document import Span


@dataclass(frozen=True, slots=True)
class Saying:
    """A value for one field of a speaker, with the span that shows it; of several the one with most `weight` counts."""

    field: str
    value: str
    span: Span
    weight: float
