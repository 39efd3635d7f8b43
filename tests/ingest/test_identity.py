"""Whether a speaker of an article is one on record."""

import pytest

from app.extract.document import Speaker, SpeakerKind
from app.ingest.identity import Candidate, recognise


def speaker(name: str, kind: SpeakerKind = "person", **said: str) -> Speaker:
    return Speaker(id="s1", name=name, kind=kind, **said)  # type: ignore[arg-type]


def known(id: int, *keys: str, kind: SpeakerKind = "person", **said: set[str]) -> Candidate:
    return Candidate(id, kind, frozenset(keys), **{field: frozenset(values) for field, values in said.items()})


@pytest.mark.parametrize(
    ("who", "candidates", "expected"),
    [
        (speaker("Ana Ruiz"), [known(1, "ana ruiz")], 1),
        (speaker("ANA RUÍZ"), [known(1, "ana ruiz")], 1),
        (speaker("Ana Ruiz"), [], None),
        (speaker("Ana Ruiz"), [known(1, "ana ruiz"), known(2, "ana ruiz")], None),
        (speaker("Ana Ruiz", country="ES"), [known(1, "ana ruiz", countries={"ES"})], 1),
        (speaker("Ana Ruiz", country="ES"), [known(1, "ana ruiz", countries={"MX"})], None),
        (
            speaker("Ana Ruiz", country="ES"),
            [known(1, "ana ruiz", countries={"MX"}), known(2, "ana ruiz", countries={"ES"})],
            2,
        ),
        (speaker("Ana Ruiz", party="Labour"), [known(1, "ana ruiz", parties={"Green"})], None),
        (speaker("Ruiz"), [known(1, "ruiz")], None),
        (speaker("Ruiz", role="Mayor"), [known(1, "ruiz", roles={"mayor"})], 1),
        (speaker("Ruiz", country="ES"), [known(1, "ruiz", countries={"ES"})], 1),
        (speaker("Reuters", "organization"), [known(1, "reuters", kind="organization")], 1),
        (speaker("The Guardian", "organization"), [known(1, "guardian", kind="organization")], 1),
        (speaker("Victoria", "organization"), [known(1, "victoria")], None),
    ],
)
def test_recognise(who: Speaker, candidates: list[Candidate], expected: int | None) -> None:
    match = recognise(who, candidates)
    assert (match.id if match else None) == expected


def test_an_anonymous_source_is_nobody_else() -> None:
    official = Speaker(id="s1", name="Official Source", kind="person", anonymous=True)
    assert recognise(official, [known(1, "official source")]) is None
