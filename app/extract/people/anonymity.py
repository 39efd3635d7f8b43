"""What a text tells of sources that it does not name: how many they are, on what terms they speak, whose they are.

The terms ("on condition of anonymity because …", "not authorised to speak publicly") stand in the source's own clause, at
the end of its sentence, or in a later sentence about it ("The officials asked not to be named").
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.extract.document import Span
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.count import Count, read_count
from app.extract.people.entities import Entity
from app.extract.people.mentions import Reference
from app.extract.people.nominals import read_head, singular
from app.extract.people.wording import Wording
from app.extract.quotation import Quotations

MOST_REFERENCES = 40  # of one source: what is said of it is said early
REACH = 3  # sentences back that "both" and "all" look
LONGEST_CAUSE = 45  # tokens
CAUSES = frozenset(load("anonymity")["terms"]["causes"])
GROUNDS = frozenset(load("anonymity")["terms"]["grounds"])
EVERYONE = frozenset(load("anonymity")["terms"]["everyone"])
SERVICE = frozenset(load("anonymity")["service"]["nouns"])
FINITE = frozenset("is was are were has had have does did do will would can could may might should must".split())
# A token after one of these is no verb that ends the terms: "to say", "he said".
CLAUSAL = frozenset(["because", "as", "since", "so"])
LEADS_ON = frozenset("to and or not who that which he she they it we i n't never also".split())
ENDS = frozenset(["—", "–", "--", ";", ":", ".", "!", "?", "“", "”", '"', "(", ")", "but"])
# Between two formulas that say one thing: "was not authorised to speak and asked not to be named".
JOINS = frozenset(["and", ",", "who", "spoke", "speaking", "because", "therefore", "so", "he", "she", "they", "was", "were"])
# What may govern somebody who is nevertheless the one that speaks: "according to an official", "confirmed by an aide".
SPEAKING = frozenset(["by", "from"])
GOVERNING = frozenset(load("pronouns")["prepositions"]) - {"than"}
BELONGING = frozenset(["for", "of", "at", "with", "from", "within", "inside", "in"])


@dataclass(frozen=True, slots=True)
class Anonymity:
    """How many a source is, the words on why it is not named and those on whom it belongs to, where the text tells."""

    count: Count | None = None
    reason: Span | None = None
    affiliation: Span | None = None

    def evidence(self) -> dict[str, Span]:
        """By the name of each field that the text tells, the words that tell it."""
        count = self.count.span if self.count is not None else None
        told = {"count": count, "reason": self.reason, "affiliation": self.affiliation}
        return {name: span for name, span in told.items() if span is not None}


@dataclass(frozen=True, slots=True)
class Terms:
    """Words that say why somebody is not named: the tokens `first` to `last`; `told` if a cause is among them."""

    first: int
    last: int
    sentence: int
    told: bool


class Sources:
    """The references of a text while its unnamed sources are looked at."""

    def __init__(
        self,
        wording: Wording,
        quotations: Quotations,
        references: Sequence[Reference],
        bearers: Sequence[Entity | None],
    ) -> None:
        self._wording = wording
        self._quotations = quotations
        self._references = references
        self._bearers = bearers
        self._firsts = [reference.first for reference in references]

    def describe(self, chosen: Sequence[Entity]) -> dict[int, Anonymity]:
        """What the text tells of every one of `chosen`, none of whom it names, by its number."""
        reasons = self._reasons({entity.number for entity in chosen}) if chosen else {}
        return {
            entity.number: Anonymity(self._count(entity), reasons.get(entity.number), self._affiliation(entity))
            for entity in chosen
        }

    def _count(self, entity: Entity) -> Count | None:
        nominals = (self._references[i] for i in entity.references[:MOST_REFERENCES])
        counts = (read_count(self._wording, nominal) for nominal in nominals if nominal.form == "nominal")
        return next((count for count in counts if count is not None), None)

    def _affiliation(self, entity: Entity) -> Span | None:
        for index in entity.references[:MOST_REFERENCES]:
            if self._references[index].form == "nominal":
                owner = self._owner_inside(index) or self._owner_after(index)
                if owner is not None:
                    return owner
        return None

    def _owner_inside(self, index: int) -> Span | None:
        """The name in "a Treasury official" and "Lowe’s aides"."""
        nominal = self._references[index]
        serves = singular(nominal.words[-1]) in SERVICE
        for name in self._references[index + 1 : index + 4]:
            if name.first >= nominal.last - 1 or name.form != "name":
                break
            if serves and name.kind in {"organization", "person"} and not self._is_party(name):
                return self._bare(name)
        return None

    def _owner_after(self, index: int) -> Span | None:
        """Whom somebody is close to, or works for: "a source close to Lowe", "a person at the ministry"."""
        nominal, words = self._references[index], self._wording.words
        after = words[nominal.last : nominal.last + 2]
        close = after == ("close", "to")
        first = nominal.last + 1 + close
        if not close and after[:1] != ("to",) and (not after or after[0] not in BELONGING):
            return None
        place = bisect_left(self._firsts, first)
        if place == len(self._references) or self._references[place].sentence != nominal.sentence:
            return None
        owner = self._references[place]
        personal = close or (after[0] in {"to", "for", "of"} and singular(nominal.words[-1]) in SERVICE)
        fits = owner.kind == "organization" or (personal and owner.kind == "person" and owner.form == "name")
        if not fits or self._is_party(owner) or any(word not in vocabulary().determiners for word in words[first : owner.lead]):
            return None
        return self._bare(owner)

    def _bare(self, owner: Reference) -> Span:
        """The words of a reference without its article."""
        begin = owner.first
        while begin < owner.last - 1 and self._wording.words[begin] in vocabulary().determiners:
            begin += 1
        return self._wording.span(begin, owner.last)

    def _is_party(self, name: Reference) -> bool:
        return " ".join(name.words) in gazetteer().parties

    def _reasons(self, numbers: set[int]) -> dict[int, Span]:
        """By number of the source the words that say why it is not named; those that give a cause before others."""
        best: dict[int, Terms] = {}
        spoken = self._spoken(numbers)
        for terms in read_terms(self._wording, self._quotations):
            for number in self._holders(terms, numbers, spoken):
                if number not in best or (terms.told and not best[number].told):
                    best[number] = terms
        return {number: self._wording.span(terms.first, terms.last) for number, terms in best.items()}

    def _spoken(self, numbers: set[int]) -> dict[int, list[int]]:
        """The numbers of the sources by the sentences they are spoken of in."""
        spoken: defaultdict[int, list[int]] = defaultdict(list)
        for reference, bearer in zip(self._references, self._bearers, strict=True):
            if bearer is not None and bearer.number in numbers and bearer.number not in spoken[reference.sentence][-2:]:
                spoken[reference.sentence].append(bearer.number)
        return spoken

    def _holders(self, terms: Terms, numbers: set[int], spoken: dict[int, list[int]]) -> list[int]:
        """Whose terms they are: the nearest source before them in the sentence, else the first after them."""
        sentence = self._wording.layout.sentences[terms.sentence]
        inside = self._between(sentence.first, terms.first)
        if self._names_somebody(inside, terms):
            return []
        sources = [i for i in inside if self._is_source(i, numbers)]
        free = [i for i in sources if not self._is_governed(self._references[i])]
        nearest = (free or sources)[-1:]
        if not nearest and self._wording.words[sentence.first] in EVERYONE | {"they", "the"}:
            return self._everyone(terms, spoken)
        if not nearest:
            nearest = [i for i in self._between(terms.last, sentence.last) if self._is_source(i, numbers)][:1]
        return [bearer.number for i in nearest if (bearer := self._bearers[i]) is not None]

    def _between(self, first: int, last: int) -> range:
        return range(bisect_left(self._firsts, first), bisect_left(self._firsts, last))

    def _is_source(self, index: int, numbers: set[int]) -> bool:
        bearer = self._bearers[index]
        if bearer is None or bearer.number not in numbers or self._references[index].possessive:
            return False
        return self._quotations.at(self._references[index].span.start) is None

    def _is_governed(self, reference: Reference) -> bool:
        """Whether a preposition makes somebody a part of what is said of another: "an aide to the officials"."""
        words = self._wording.words
        before = words[reference.lead - 1] if reference.lead else ""
        if before not in GOVERNING or before in SPEAKING:
            return False
        return words[reference.lead - 2 : reference.lead] != ("according", "to")

    def _names_somebody(self, inside: range, terms: Terms) -> bool:
        """Whether the one right before the terms has a name: "Jane Doe, who asked not to be identified"."""
        if not inside or self._references[inside[-1]].form != "name" or self._references[inside[-1]].kind != "person":
            return False
        name = self._references[inside[-1]]
        between = self._wording.words[name.last : terms.first]
        plain = {",", "who", "spoke", "speaking", "agreed", "said", "also", "only"} | FINITE
        nested = any(self._references[i].last >= name.last for i in inside[:-1])
        return not nested and not self._is_governed(name) and all(word in plain for word in between)

    def _everyone(self, terms: Terms, spoken: dict[int, list[int]]) -> list[int]:
        """The sources of the sentences right before, for "both" and "all"; for "they" the last of them."""
        word = self._wording.words[self._wording.layout.sentences[terms.sentence].first]
        near = [number for at in range(terms.sentence - REACH, terms.sentence) for number in spoken.get(at, ())]
        if word == "they":
            return near[-1:]
        second = self._wording.words[self._wording.layout.sentences[terms.sentence].first + 1]
        if word == "the" and second not in {"two", "three", "four", "five", "pair"}:
            return []
        return [*dict.fromkeys(near)]


def read_terms(wording: Wording, quotations: Quotations) -> Iterator[Terms]:
    """The words outside quotation marks that say on what terms somebody speaks, in reading order."""
    for number, sentence in enumerate(wording.layout.sentences):
        text = sentence.span.of(wording.layout.text)
        if _trigger().search(text) is None:
            continue
        before: Terms | None = None
        for match in _formula().finditer(text):
            if quotations.at(sentence.span.start + match.start()) is not None:
                continue
            terms = _read(wording, quotations, number, match)
            if before is not None and _goes_on(wording, before, terms):
                before = replace(before, last=max(before.last, terms.last), told=before.told or terms.told)
                continue
            if before is not None:
                yield before
            before = terms
        if before is not None:
            yield before


def _read(wording: Wording, quotations: Quotations, number: int, match: re.Match[str]) -> Terms:
    layout = wording.layout
    sentence = layout.sentences[number]
    first = bisect_right(layout.token_starts, sentence.span.start + match.start()) - 1
    last = bisect_left(layout.token_starts, sentence.span.start + match.end())
    limited = match["leave"] is not None
    end = last
    if limited or _opens_cause(wording, last, sentence.last):
        end = _cause_end(wording, quotations, last, min(sentence.last, last + LONGEST_CAUSE))
    return Terms(first, end, number, limited or end > last)


def _goes_on(wording: Wording, before: Terms, terms: Terms) -> bool:
    """Whether the words are part of those before, or joined to them by "and spoke"."""
    between = wording.words[before.last : terms.first]
    return terms.first <= before.last or all(word in JOINS for word in between)


def _opens_cause(wording: Wording, place: int, last: int) -> bool:
    """Whether what follows gives a cause: "because …", ", citing …", "to speak freely", "for fear of …"."""
    place += place < last and wording.words[place] == ","
    after = wording.words[place : min(last, place + 5)]
    if len(after) < 2:
        return False
    if after[0] == "to":
        noun = after[1] in vocabulary().determiners or read_head(after[1]) is not None
        return not noun and not wording.layout.tokens[place + 1].text[0].isupper()
    if after[0] in {"for", "out"}:
        return not GROUNDS.isdisjoint(after)
    return after[0] in CAUSES or after[:2] == ("in", "order")


def _cause_end(wording: Wording, quotations: Quotations, place: int, limit: int) -> int:
    """Where a cause ends: with its clause, before what the source says."""
    words, waiting = wording.words, False
    while place < limit and words[place] not in ENDS and quotations.at(wording.layout.tokens[place].start) is None:
        word = words[place]
        if word == "," and not _opens_cause(wording, place, limit):
            break
        if word == "and" and words[min(place + 1, limit - 1)] in FINITE:
            break
        if word in vocabulary().speech_verbs and not waiting and words[place - 1] not in LEADS_ON:
            break
        # "Because the firm said so" has its verb still to come, "because of" has none.
        clause = word in CLAUSAL and words[min(place + 1, limit - 1)] != "of"
        waiting = clause or (waiting and word not in FINITE and word not in vocabulary().speech_verbs)
        place += 1
    return place - (words[place - 1] == ",")


@cache
def _formula() -> re.Pattern[str]:
    formulas, leave = ("|".join(load("anonymity")["terms"][name]) for name in ("formulas", "leave"))
    pattern = rf"{formulas}|(?P<leave>{leave})"
    pattern = pattern.replace("… ?", r"(?:\w+ ){0,2}?").replace("…", r"(?: \w+){0,2}?").replace(" ", r"\s+")
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


@cache
def _trigger() -> re.Pattern[str]:
    """What no formula is without, and most sentences are."""
    return re.compile("|".join(load("anonymity")["terms"]["triggers"]), re.IGNORECASE)
