"""Where somebody belongs: country, party and constituency, from nationalities, party words and tags like "(R-Ky.)"."""

import re
from collections.abc import Iterator

from app.extract.document import Span
from app.extract.gazetteer import gazetteer, key, vocabulary
from app.extract.lexicon import load
from app.extract.people.mentions import Reference
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

TAG = re.compile(
    r"\s?[,(]\s?(?P<party>[A-Z][A-Za-z]{0,4})(?:\s?[-–‑]|\.,)"
    r"\s?(?P<place>[A-Z][A-Za-z.]*(?:\s[A-Z][A-Za-z.]*)?)"
)
PARENTHESIS = re.compile(r"\s?\((?P<inside>[^()\n]{1,40})\)")
ABOUT = frozenset(load("roles")["about"])
GOVERNING = frozenset(load("roles")["governing"])
CONCERNED = frozenset(load("roles")["concerned"])
PREFIXES = ("then-", "ex-")  # "then-US President"
PLAIN_TAG = re.compile(r"(?P<party>[A-Za-z]+)(?:\s?[-–‑,]\s?(?P<place>.+))?")


def read_adjectives(wording: Wording, first: int, last: int) -> Iterator[Saying]:
    """Country, party and constituency that the words of tokens `first` to `last` (half-open) show."""
    index = first
    while index < last:
        match = _longest_match(wording, index, last)
        if match is None:
            index += 1
            continue
        end, name, value = match
        for saying in said_by_word(wording.phrase(index, end), wording.span(index, end), name, value):
            if saying.field != "constituency" or (_represents(wording, first, last) and not _begins_name(wording, end)):
                yield saying
        index = end


def _represents(wording: Wording, first: int, last: int) -> bool:
    # A Texas senator and a Texas Republican stand for Texas, a Texas teacher and the Texas Republican Party do not.
    words, parties = wording.words, gazetteer().parties
    if any(word in vocabulary().representing for word in words[first:last]):
        return True
    return any(
        words[i] in parties and wording.is_name_like(i) and words[i + 1 : i + 2] != ("party",) for i in range(first, last)
    )


def _begins_name(wording: Wording, end: int) -> bool:
    """Whether the place is but the beginning of a name: "Georgia Institute of Technology"."""
    if end >= len(wording.words) or not (wording.touches(end) and wording.is_name_like(end)):
        return False
    words, following = vocabulary(), wording.words[end]
    told = following in words.titles or following in words.offices or following in words.modifiers
    return not told and following not in gazetteer().parties and following not in gazetteer().given_names


def _longest_match(wording: Wording, index: int, last: int) -> tuple[int, str, str] | None:
    names = gazetteer()
    joined = _joined_origin(wording.words[index])
    if joined is not None:
        return index + 1, "country", joined
    if not wording.layout.tokens[index].text[0].isupper():
        return None
    tables = (
        ("country", names.demonyms),
        ("party", names.parties),
        ("constituency", names.states),
        ("employer", names.organizations),
        ("land", names.countries),
        ("place", names.places),
    )
    found = [(wording.longest_phrase(index, last, table), name, table) for name, table in tables]
    end, name, table = max(found, key=lambda match: match[0])
    if end == index or (name == "party" and not _is_party(wording, index, end, last)):
        return None
    if name == "land" and not _is_served(wording, index, end):
        return None
    if name == "employer" and end < len(wording.words) and wording.words[end] in ABOUT:
        return None  # a "Vatican expert" is none of the Vatican's
    if name == "place" and not _is_governed(wording, index, end):
        return None
    return end, name, table[wording.phrase(index, end)]


def _joined_origin(word: str) -> str | None:
    """The country in "then-French" and "Poland-born"."""
    names = gazetteer()
    for prefix in PREFIXES:
        if word.startswith(prefix):
            return names.demonyms.get(word.removeprefix(prefix))
    place = word.removesuffix("-born")
    return (names.demonyms.get(place) or names.countries.get(place) or names.places.get(place)) if place != word else None


def _is_served(wording: Wording, first: int, end: int) -> bool:
    # "president of Iraq" and "Iraq’s president" serve it; an "Iraq war veteran" or "Iraq expert" may come from anywhere.
    words = vocabulary()
    if wording.possessives[end - 1] or (first > 0 and wording.words[first - 1] in {"of", "for", "from", "in", "to", "the"}):
        return True
    while end < len(wording.words) and wording.words[end] in words.modifiers and wording.touches(end):
        end += 1
    following = wording.words[end] if end < len(wording.words) else ""
    return (following in words.offices or following in words.institutions) and following not in CONCERNED


def _is_governed(wording: Wording, first: int, end: int) -> bool:
    # "the mayor of Leeds" and "Leeds mayor" have their office there.
    after = wording.words[end] if end < len(wording.words) else ""
    before = wording.words[first - 2 : first] if first > 1 else ()
    return after in GOVERNING or (before[1:] == ("of",) and before[0] in GOVERNING)


def _is_party(wording: Wording, first: int, end: int, last: int) -> bool:
    # "Democratic Rep. Doe" belongs to the Democrats; the "Democratic Left" is another party.
    if end >= last or end - first > 1 or not wording.is_name_like(end):
        return True
    words, following = vocabulary(), wording.words[end]
    return following in words.titles or following in words.offices or following in words.modifiers


def said_by_word(phrase: str, span: Span, name: str, value: str) -> Iterator[Saying]:
    """What a nationality, party, state, country or well-known institution right before a name tells."""
    # Several countries have a Democratic Party; "Democratic Sen." is American.
    if name in {"employer", "land", "place"}:
        if value:
            yield Saying("country", value, span, 0.7)
        return
    yield Saying(name, value, span, 1.0)
    if name == "constituency":
        yield Saying("country", "US", span, 0.9)
    if name == "party" and value in gazetteer().party_countries and not phrase.endswith("party"):
        yield Saying("country", gazetteer().party_countries[value], span, 0.6)


def read_tag(wording: Wording, reference: Reference) -> Iterator[Saying]:
    """Party and constituency of a tag after the name: "(R-Ky.)", ", D-Calif.,", "(Lab, Leeds)", "(Ohio)"."""
    names, text = gazetteer(), wording.layout.text
    match = TAG.match(text, reference.span.end)
    if match is not None and key(match["party"]) in names.party_tags:
        yield from _said_by_tag(match["party"], match["place"], Span(match.start("party"), match.end()))
        return
    match = PARENTHESIS.match(text, reference.span.end)
    if match is not None:
        yield from _read_parenthesis(match["inside"].strip(), Span(match.start("inside"), match.end("inside")))


def _read_parenthesis(inside: str, span: Span) -> Iterator[Saying]:
    names = gazetteer()
    if _state(inside) is not None:
        yield from _said_by_tag(None, inside, span)
    elif key(inside) in names.parties:
        yield from said_by_word(key(inside), span, "party", names.parties[key(inside)])
    else:
        tag = PLAIN_TAG.fullmatch(inside)
        if (
            tag is not None
            and key(tag["party"]) in names.party_tags
            and inside[0].isupper()
            and not _is_byline(tag["place"])
        ):
            yield from _said_by_tag(tag["party"], tag["place"], span)


def _is_byline(place: str | None) -> bool:
    # "(PTI, AFP)" are agencies and no party and place.
    return place is not None and (key(place) in gazetteer().organizations or (place.isupper() and _state(place) is None))


def _state(written: str) -> str | None:
    names, stem = gazetteer(), key(written).rstrip(".")
    return names.states.get(stem) or names.states.get(stem + ".") or names.state_codes.get(written)


def _said_by_tag(party: str | None, place: str | None, span: Span) -> Iterator[Saying]:
    names = gazetteer()
    state = _state(place.strip()) if place is not None else None
    if place is not None:
        yield Saying("constituency", state or place.strip(), span, 2.0)
    if state is not None:
        yield Saying("country", "US", span, 1.5)
    if party is not None:
        name = names.party_tags[key(party)]
        yield Saying("party", name, span, 2.0)
        if name in names.party_countries:
            yield Saying("country", names.party_countries[name], span, 1.4)


def read_home(wording: Wording, reference: Reference) -> Iterator[Saying]:
    """The state or country in "Sen. Jane Doe of Kentucky", "Jan Kos of Poland" and "Jan Kos, also from Poland,"."""
    words, after = wording.words, reference.last
    limit = wording.layout.sentences[reference.sentence].last
    while after < limit and words[after] in {",", "also", "originally"}:
        after += 1
    if after + 1 >= limit or words[after] not in {"of", "from"} or reference.possessive:
        return
    names, first = gazetteer(), after + 1 + (words[after + 1] == "the")
    for table, name in ((names.states, "constituency"), (names.countries, "country")):
        end = wording.longest_phrase(first, limit, table) if first < limit else first
        if end == first or _goes_on(wording, end, limit):
            continue
        span = wording.span(first, end)
        if name == "country":
            yield Saying(name, table[wording.phrase(first, end)], span, 1.8)
        else:
            if reference.titled:
                yield Saying(name, table[wording.phrase(first, end)], span, 1.8)
            yield Saying("country", "US", span, 1.3)
        return


def _goes_on(wording: Wording, end: int, limit: int) -> bool:
    """Whether the place is but the beginning of a name: "of Georgia Tech"."""
    return end < limit and not wording.possessives[end - 1] and wording.touches(end) and wording.is_name_like(end)
