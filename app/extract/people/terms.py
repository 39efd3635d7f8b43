"""The terms on which somebody speaks without being named: "on condition of anonymity because …", "not authorised to speak".

A formula from the lexicon, with the cause that follows it in its clause. Nothing inside quotation marks counts: there
somebody speaks of anonymity, and is named as it may be.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from app.extract.gazetteer import vocabulary
from app.extract.lexicon import load
from app.extract.people.nominals import read_head
from app.extract.people.wording import Wording
from app.extract.quotation import Quotations

LONGEST_CAUSE = 45  # tokens
CAUSES = frozenset(load("anonymity")["terms"]["causes"])
GROUNDS = frozenset(load("anonymity")["terms"]["grounds"])
CLAUSAL = frozenset(["because", "as", "since", "so"])  # a clause follows, whose verb is still to come
FINITE = frozenset("is was are were has had have does did do will would can could may might should must".split())
# A verb of speech after one of these does not tell what the source says: "to say", "he said".
LEADS_ON = frozenset("to and or not who that which he she they it we i never also".split())
ENDS = frozenset(["—", "–", "--", ";", ":", ".", "!", "?", "“", "”", '"', "(", ")", "but"])
# Between two formulas that say one thing: "was not authorised to speak and asked not to be named".
JOINS = frozenset(", and who spoke speaking because therefore so he she they was were".split())


@dataclass(frozen=True, slots=True)
class Terms:
    """Words that say why somebody is not named: the tokens `first` to `last`; `told` if a cause is among them."""

    first: int
    last: int
    sentence: int
    told: bool


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
