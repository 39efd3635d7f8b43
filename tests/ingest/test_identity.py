"""Which personas are one speaker, whatever came first."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest.identity import FACETS, Dossier, Persona, assign, display_name, gather, likeness


def persona(id: int, name: str, country: str | None = None, **said: object) -> Persona:
    return Persona(id, said.pop("kind", "person"), name, country, **said)  # type: ignore[arg-type]


def partition(personas: Iterable[Persona], apart: Iterable[tuple[int, int]] = ()) -> set[frozenset[int]]:
    groups = gather(personas, {frozenset(pair) for pair in apart})
    return {frozenset(member.id for member in group.members) for group in groups}


def sets(*groups: str) -> set[frozenset[int]]:
    return {frozenset(map(int, group.split())) for group in groups}


CASES = {
    "one name, nothing against it": ([persona(1, "Ana Ruiz"), persona(2, "Ana Ruíz", "ES")], sets("1 2")),
    "another country": ([persona(1, "Ana Ruiz", "ES"), persona(2, "Ana Ruiz", "MX")], sets("1", "2")),
    "nothing known, and two whom it may be": (
        [persona(1, "Ana Ruiz", "ES"), persona(2, "Ana Ruiz", "MX"), persona(3, "Ana Ruiz")],
        sets("1", "2", "3"),
    ),
    "nothing known, and nearly all articles are of one": (
        [persona(1, "Ana Ruiz", "ES", articles=9), persona(2, "Ana Ruiz", "MX"), persona(3, "Ana Ruiz")],
        sets("1 3", "2"),
    ),
    "one wrong country costs one article": (
        [persona(1, "Ana Ruiz", "ES", articles=50), persona(2, "Ana Ruiz", "MX"), persona(3, "Ana Ruiz", articles=80)],
        sets("1 3", "2"),
    ),
    "wrong parties cost their articles": (
        [
            persona(1, "Ana Ruiz", "US", party="Green", articles=2),
            persona(2, "Ana Ruiz", "US", party="Labour"),
            persona(3, "Ana Ruiz", "US", articles=3),
            persona(4, "Ana Ruiz", articles=70),
        ],
        sets("1", "2", "3 4"),
    ),
    "more in common with one": (
        [
            persona(1, "Ana Ruiz", "ES", party="Labour"),
            persona(2, "Ana Ruiz", "ES", party="Green"),
            persona(3, "Ana Ruiz", party="Green"),
        ],
        sets("1", "2 3"),
    ),
    "another party": ([persona(1, "Ana Ruiz", party="Labour"), persona(2, "Ana Ruiz", party="Green")], sets("1", "2")),
    "another party, the same seat": (
        [
            persona(1, "Ana Ruiz", "US", party="Democratic", constituency="Ohio"),
            persona(2, "Ana Ruiz", "US", party="Independent", constituency="Ohio"),
        ],
        sets("1 2"),
    ),
    "another seat": (
        [persona(1, "Mike Rogers", constituency="Alabama"), persona(2, "Mike Rogers", constituency="Michigan")],
        sets("1", "2"),
    ),
    "Joe and Joseph": ([persona(1, "Joe Berg"), persona(2, "Joseph Berg")], sets("1", "2")),
    "Joe and Joseph of one party and country": (
        [persona(1, "Joe Berg", "US", party="Green"), persona(2, "Joseph R. Berg", "US", party="Green")],
        sets("1 2"),
    ),
    "an initial": ([persona(1, "J. Berg", "US"), persona(2, "Joseph Berg", "US")], sets("1", "2")),
    "an initial, and the same seat": (
        [persona(1, "J. Berg", constituency="Ohio"), persona(2, "Joseph Berg", constituency="Ohio")],
        sets("1 2"),
    ),
    "middle initials": ([persona(1, "George W. Berg"), persona(2, "George H. W. Berg")], sets("1", "2")),
    "with and without a middle initial": ([persona(1, "George W. Berg"), persona(2, "George Berg")], sets("1 2")),
    "Jr.": ([persona(1, "Ed Berg Jr."), persona(2, "Ed Berg")], sets("1", "2")),
    "Jr. and Sr.": (
        [persona(1, "Ed Berg Jr.", "US", party="Green"), persona(2, "Ed Berg Sr.", "US", party="Green")],
        sets("1", "2"),
    ),
    "spelt in another way": (
        [persona(1, "Igor Zaluzhsky"), persona(2, "Igor Zaluzhskyy"), persona(3, "Igor Zaluzhskiy")],
        sets("1 2 3"),
    ),
    "a surname alone": ([persona(1, "Berg"), persona(2, "Berg")], sets("1", "2")),
    "a surname and the country": ([persona(1, "Berg", "SE"), persona(2, "Berg", "SE")], sets("1", "2")),
    "a surname, the office and the country": (
        [persona(1, "Berg", "SE", role="mayor"), persona(2, "Berg", "SE", role="mayor", affiliation="lund")],
        sets("1 2"),
    ),
    "told apart by an article": ([persona(1, "George Berg"), persona(2, "George W. Berg")], sets("1", "2"), [(1, 2)]),
    "an organisation": (
        [persona(1, "Radio Nord", kind="organization"), persona(2, "Radio Nord", "SE", kind="organization")],
        sets("1 2"),
    ),
    "a ministry, which every country has": (
        [persona(1, "the Foreign Ministry", kind="organization"), persona(2, "Foreign Ministry", kind="organization")],
        sets("1", "2"),
    ),
    "a ministry of one country": (
        [
            persona(1, "the Foreign Ministry", "RU", kind="organization"),
            persona(2, "Foreign Ministry", "RU", kind="organization"),
        ],
        sets("1 2"),
    ),
    "somebody has decided that they are one": (
        [persona(1, "Ana Ruiz", "ES", speaker=7, held="person"), persona(2, "Ana Ruiz", "MX", speaker=7, held="person")],
        sets("1 2"),
    ),
    "somebody has decided that they are two": (
        [persona(1, "Ana Ruiz", speaker=7, held="person"), persona(2, "Ana Ruiz", "ES", speaker=8, held="person")],
        sets("1", "2"),
    ),
    "what is decided attracts what agrees with it": (
        [
            persona(1, "Ana Ruiz", "ES", speaker=7, held="person"),
            persona(2, "Ana Ruiz", "MX", speaker=8, held="person"),
            persona(3, "Ana Ruiz", "MX", party="Green"),
        ],
        sets("1", "2 3"),
    ),
    "a surname that a reference gives": (
        [persona(1, "Berg", "SE", speaker=7, held="reference"), persona(2, "Berg"), persona(3, "Berg", "NO")],
        sets("1 2", "3"),
    ),
    "a surname that a person has decided on": (
        [persona(1, "Berg", role="mayor", speaker=7, held="person"), persona(2, "Berg")],
        sets("1", "2"),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_who_is_one(case: tuple[list[Persona], set[frozenset[int]]]) -> None:
    personas, expected, *apart = case
    for order in permutations(personas):
        assert partition(order, *apart) == expected


PERSONAS = st.lists(
    st.builds(
        Persona,
        id=st.just(0),
        kind=st.just("person"),
        name=st.sampled_from(["Ana Ruiz", "Ana M. Ruiz", "A. Ruiz", "Anna Ruiz", "Ana Ruiz Jr."]),
        country=st.sampled_from([None, "ES", "MX"]),
        party=st.sampled_from([None, "Labour", "Green"]),
        constituency=st.sampled_from([None, "Ohio"]),
        articles=st.integers(1, 20),
    ),
    max_size=12,
    unique_by=lambda each: (each.name, each.facets),
).map(lambda drawn: [replace(each, id=number) for number, each in enumerate(drawn)])


@given(PERSONAS, st.randoms(use_true_random=False))
def test_the_order_changes_nothing(personas: list[Persona], chance: object) -> None:
    shuffled = list(personas)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    renumbered = {each.id: 100 - each.id for each in personas}
    expected = {frozenset(renumbered[id] for id in group) for group in partition(personas)}
    assert partition([replace(each, id=renumbered[each.id]) for each in shuffled]) == expected


@given(PERSONAS)
def test_everybody_is_in_one_group_and_nobody_with_two_countries(personas: list[Persona]) -> None:
    groups = gather(personas)
    assert sorted(member.id for group in groups for member in group.members) == [each.id for each in personas]
    for group in groups:
        assert len(group.known["country"]) < 2
        assert group.articles == sum(member.articles for member in group.members)


def test_a_thousand_of_one_surname_are_dealt_out() -> None:
    names = [f"{first}{second} Berg" for first in "bdfglmnrst" for second in ("ana", "erta", "ino", "ulu", "eki")]
    personas = [persona(i, names[i % 50], country) for i, country in enumerate(["SE", "NO", "FI", "DK"] * 250)]
    assert len(gather(personas)) == len({(each.name, each.country) for each in personas})


def test_a_speaker_stays_with_most_of_its_articles() -> None:
    spanish = [persona(1, "Ana Ruiz", "ES", articles=2, speaker=5), persona(2, "Ana Ruiz", "ES", party="Green", speaker=5)]
    mexican = [persona(3, "Ana Ruiz", "MX", articles=9, speaker=5), persona(4, "Ana Ruiz", "MX", party="Green", speaker=6)]
    groups = gather([*spanish, *mexican])
    owners = {
        min(member.id for member in group.members): owner for group, owner in zip(groups, assign(groups), strict=True)
    }
    assert owners == {1: None, 3: 5}


def test_a_held_speaker_is_not_given_to_others() -> None:
    groups = gather([persona(1, "Ana Ruiz", "ES", speaker=5, held="person"), persona(2, "Ana Ruiz", "MX", speaker=5)])
    assert dict(zip([group.members[0].id for group in groups], assign(groups), strict=True)) == {1: 5, 2: None}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Joe Berg"], "Joe Berg"),
        (["Joe Berg", "JOE BERG"], "Joe Berg"),
        (["Joe Berg", "Joe Berg", "Joseph Berg"], "Joe Berg"),
        (["Joe Berg", "Joseph Berg"], "Joseph Berg"),
        (["Berg", "Berg", "Joe Berg"], "Joe Berg"),
    ],
)
def test_what_to_call_a_speaker(names: list[str], expected: str) -> None:
    personas = [persona(i, name) for i, name in enumerate(names)]
    assert display_name(personas) == display_name(reversed(personas)) == expected


def dossier(*names: str, kind: str = "person", **known: str) -> Dossier:
    return Dossier(kind, frozenset(names), {facet: frozenset(known.get(facet, "").split()) for facet in FACETS})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "together", "expected"),
    [
        (dossier("Ana Ruiz"), dossier("Ana Ruiz"), 0, (0.7, (), ())),
        (dossier("Ana Ruiz", country="es"), dossier("Ana Ruiz", country="es mx"), 0, (0.8, ("country",), ())),
        (dossier("Ana Ruiz", country="es"), dossier("Ana Ruiz", country="mx"), 0, (0.5, (), ("country",))),
        (dossier("Ana Ruiz"), dossier("Ana Ruiz"), 3, (0.4, (), ("articles",))),
        (dossier("Joe Berg"), dossier("Joseph Berg"), 0, (0.5, (), ())),
        (dossier("Berg", role="mayor"), dossier("Tom Berg", role="mayor"), 0, (0.55, ("role",), ())),
        (dossier("Tom Berg"), dossier("Tom Borg"), 0, (0.44, (), ())),
        (dossier("Tom Berg"), dossier("Eva Ruiz"), 0, None),
        (dossier("Nord", kind="organization"), dossier("Nord"), 0, None),
        (dossier("Radio Nord", kind="organization"), dossier("Radio Nord", kind="organization"), 0, (0.7, (), ())),
    ],
)
def test_likeness(one: Dossier, other: Dossier, together: int, expected: tuple[object, ...] | None) -> None:
    for like in (likeness(one, other, together), likeness(other, one, together)):
        assert (None if like is None else (like.score, like.agrees, like.differs)) == expected
