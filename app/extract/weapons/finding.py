"""A weapon fact as it is found, before it is known who claims it."""

from dataclasses import dataclass

from app.extract.document import Attribute, Measure, Qualifier, Span, Spans
from app.extract.weapons.coreference import Referent
from app.extract.weapons.quantity import Amount

NEAR = 60  # characters that evidence may run over without being about the fact


@dataclass(frozen=True, slots=True)
class Finding:
    """One attribute of a weapon at one place of the text; the fields are those of `WeaponFact`."""

    referent: Referent
    mention: Span
    attribute: Attribute
    evidence: Spans
    value: float | str | None = None
    value_max: float | None = None
    unit: str | None = None
    qualifier: Qualifier | None = None
    si: Measure | None = None
    party: str | None = None
    confidence: float = 1.0


def measured(
    referent: Referent, mention: Span, attribute: Attribute, amount: Amount, evidence: Spans, party: str | None = None
) -> Finding:
    """The finding that `amount` is the attribute's value; a plain count is one of items."""
    return Finding(
        referent=referent,
        mention=mention,
        attribute=attribute,
        evidence=evidence,
        value=amount.value,
        value_max=amount.value_max,
        unit=amount.unit or "item",
        qualifier=amount.qualifier,
        si=amount.si,
        party=party,
        confidence=0.9,
    )


def receipt(*spans: Span) -> Spans:
    """The spans as evidence: one from the first character to the last, or each by itself where much lies between."""
    first, *rest = sorted(spans)
    found = [first]
    for span in rest:
        if span.start - found[-1].end <= NEAR:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)
