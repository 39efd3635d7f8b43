"""Runs of capitalised words, in which names are found; "of" and "van" belong to one where they join its parts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.layout import Sentence
from app.extract.people.wording import Wording, is_shouted, is_title_case

LONGEST_RUN = 14
NICKNAME_MARKS = frozenset("\"“”'‘’")
STARTING_PARTICLES = frozenset(["al", "bin", "da", "de", "del", "der", "di", "du", "el", "ibn", "van", "von"])
AFTER_OPENER = frozenset(["of", "for", "on"])
# The last words of names that join two fields with "and".
JOINED_INSTITUTIONS = frozenset(
    [
        "administration",
        "agency",
        "association",
        "bureau",
        "coalition",
        "commission",
        "committee",
        "council",
        "department",
        "foundation",
        "institute",
        "ministry",
        "office",
        "organization",
        "service",
        "subcommittee",
        "union",
        "university",
    ]
)
DATED = frozenset(
    ["the", "in", "on", "of", "last", "this", "next", "since", "until", "by", "from", "late", "early", "mid", "a"]
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run of capitals stands: its sentence and how that is written; `surnames` are offices that are names here."""

    sentence: int
    first: int
    last: int
    title_case: bool
    shouted: bool
    surnames: frozenset[str] = frozenset()


def find_runs(wording: Wording, sentences: Iterable[int], surnames: frozenset[str]) -> Iterator[tuple[Setting, int, int]]:
    """Every run of capitalised words in some sentences, as the setting it stands in and its tokens, half-open; in order."""
    for number in sentences:
        setting = _setting(wording, number, wording.layout.sentences[number], surnames)
        for first, last in _runs_in(wording, setting):
            yield setting, first, last


def _setting(wording: Wording, number: int, sentence: Sentence, surnames: frozenset[str]) -> Setting:
    layout = wording.layout
    shouted = is_shouted(layout, sentence)
    return Setting(
        sentence=number,
        first=sentence.first,
        last=sentence.last,
        title_case=shouted or is_title_case(layout, sentence),
        shouted=shouted,
        surnames=surnames,
    )


def _runs_in(wording: Wording, setting: Setting) -> Iterator[tuple[int, int]]:
    index = setting.first
    while index < setting.last:
        if not _starts_name(wording, index, setting.last):
            index += 1
            continue
        end = _run_end(wording, index, setting.last)
        yield index, end
        index = end


def _starts_name(wording: Wording, index: int, last: int) -> bool:
    if wording.is_name_like(index):
        return not _is_date(wording, index, last)
    particle = wording.words[index] in STARTING_PARTICLES
    return particle and index + 1 < last and wording.is_name_like(index + 1) and wording.touches(index + 1)


def _is_date(wording: Wording, index: int, last: int) -> bool:
    """Whether a month or day is meant, and not the name of Theresa May or April Jones."""
    word = wording.words[index]
    if word not in vocabulary().calendar:
        # "12 JAN 90", which is no Jan
        return index > 0 and wording.words[index - 1].isdecimal() and f"{word}." in vocabulary().calendar
    names = gazetteer().given_names
    if word == "may" and index > 0 and wording.words[index - 1] in names and wording.touches(index):
        return False
    following = index + 1 < last and wording.touches(index + 1) and wording.is_name_like(index + 1)
    dated = index > 0 and wording.words[index - 1] in DATED
    plain = following and not wording.is_acronym(index + 1) and wording.words[index + 1] not in gazetteer().places
    return dated or word not in names or not plain


def _run_end(wording: Wording, first: int, last: int) -> int:
    end = _past_title(wording, first, last)
    limit = min(last, first + LONGEST_RUN)
    opened = wording.words[end - 1] in vocabulary().openers
    joined = False
    while end < limit and not wording.possessives[end - 1]:
        following = _joined(wording, end, limit, opened, joined)
        if following == end:
            break
        joined = joined or wording.words[end] in AFTER_OPENER
        end = following
        opened = opened or wording.words[end - 1] in vocabulary().openers
    return end


def _past_title(wording: Wording, index: int, last: int) -> int:
    """End of the title of several words at `index`, or the next token."""
    return max(index + 1, wording.longest_phrase(index, last, vocabulary().title_phrases))


def _joined(wording: Wording, index: int, last: int, opened: bool, joined: bool) -> int:
    """Where the run ends if it goes on at `index`; `index` if it does not."""
    words = vocabulary()
    word, text = wording.words[index], wording.layout.tokens[index].text
    if wording.is_name_like(index):
        begins_person = joined and word in gazetteer().given_names and _is_followed_by_name(wording, index, last)
        if wording.touches(index) and not begins_person and not _is_date(wording, index, last):
            return _past_title(wording, index, last)
        return index
    if index + 1 >= last:
        return index
    capital_next = wording.is_name_like(index + 1)
    if word in words.particles or text == "&":
        skip = 2 if wording.words[index + 1] in words.particles and index + 2 < last else 1
        if wording.is_name_like(index + skip) and wording.touches(index):
            return index + skip + 1
    if opened and word in AFTER_OPENER and wording.touches(index):
        the = 1 if wording.words[index + 1] == "the" and index + 2 < last else 0
        return index + 2 + the if wording.is_name_like(index + 1 + the) else index
    if word == "and" and capital_next and wording.touches(index):
        if joined and _goes_on_as_organization(wording, index):
            return index + 2
        return _past_committee(wording, index, last)
    if text == "," and wording.words[index + 1] in {"jr", "jr.", "sr", "sr."}:
        return index + 2
    return _past_nickname(wording, index, last) if text in NICKNAME_MARKS else index


def _is_followed_by_name(wording: Wording, index: int, last: int) -> bool:
    """Whether a second capital, no word for an institution, follows the one at `index`."""
    following = index + 1
    return following < last and wording.is_name_like(following) and wording.words[following] not in vocabulary().last_words


def _goes_on_as_organization(wording: Wording, index: int) -> bool:
    before, after = wording.words[index - 1], wording.words[index + 1]
    names = gazetteer()
    return before not in names.places and after not in names.places and after not in names.given_names


def _past_committee(wording: Wording, index: int, last: int) -> int:
    """Past "and Drug Administration", which goes on after an everyday word ("Food")."""
    words = vocabulary()
    before = wording.words[index - 1]
    everyday = before in words.common_words or before in words.adjectives
    if not everyday and (index < 2 or wording.words[index - 2] != "the"):
        return index
    end = index + 1
    while end < min(last, index + 6) and wording.is_name_like(end) and wording.touches(end):
        end += 1
        if wording.words[end - 1] in JOINED_INSTITUTIONS:
            return end
    return index


def _past_nickname(wording: Wording, index: int, last: int) -> int:
    """Past the surname after a nickname in quotation marks, as in William "Bill" Doe."""
    tokens = wording.layout.tokens
    for close in range(index + 2, min(index + 4, last - 1)):
        if tokens[close].text in NICKNAME_MARKS:
            named = all(wording.is_name_like(i) for i in (*range(index + 1, close), close + 1))
            spaced = tokens[index].start > tokens[index - 1].end and tokens[close + 1].start > tokens[close].end
            return close + 2 if named and spaced else index
    return index
