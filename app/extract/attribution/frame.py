"""Frames: what follows a cue, where it begins, and where what is attributed ends."""

from functools import cache

from app.extract.attribution.clause import BREAKS, DASHES, PREDICATE, STOPS, Passage, Range, Reading
from app.extract.attribution.cue import Cue, verb_forms
from app.extract.attribution.phrase import occasions, phrase_after
from app.extract.lexicon import load
from app.extract.quotation import Quotation

LONGEST = 250  # tokens of reported clause; a quotation in it may be longer
CLAUSE_SUBJECT = 14  # tokens within which a reported clause without "that" shows its predicate
MARKER = 18  # tokens within which a "that", a question word or a quotation follows its cue
NEAR = 60  # tokens before a cue that are searched for its clause
WH = frozenset(["what", "how", "why", "whether", "if", "who", "when", "where", "which"])
COMMON_CUES = frozenset(["said", "says", "added", "wrote", "told"])
ADDING = frozenset(["though", "although", "while"])
EDGES = frozenset([",", ":", ";", *DASHES, *STOPS])


def frame_after(reading: Reading, passage: Passage, cue: Cue) -> tuple[str, int]:
    """What follows the cue and the token where its content begins.

    `that`, `wh`, `to` and `quote` are named for the word or mark that follows; `clause` has a predicate, `np` none;
    `post` means that nothing follows and the content stands before the cue.
    """
    first = cue.group.last
    high = passage.last
    marker = marker_after(reading, first, high)
    if marker is not None:
        return marker
    place = past_circumstances(reading, past_addressee(reading, cue, high), high)
    if place >= high or reading.text(place) in STOPS | BREAKS | {";", ")"}:
        return "post", place
    word, kind = reading.lower(place), reading.kind(place)
    if kind in {"pron", "short"} or _has_predicate(reading, place, high):
        return "clause", place
    if word == "to":
        return "to", place
    return "np", place


def past_addressee(reading: Reading, cue: Cue, high: int) -> int:
    """Where whom a verb of telling addresses ends, if what is told follows without a "that"."""
    first = cue.group.last
    if cue.lemma not in addressing() or first >= high:
        return first
    if reading.kind(first) in {"object", "pron"}:
        return first + 1 if reading.kind(first) == "object" or reading.lower(first) == "you" else first
    end = phrase_after(reading, first, high)
    named = end < high and (
        reading.kind(end) in {"pron", "short", "det", "prep", "time", "adv"} or reading.text(end) in STOPS | BREAKS
    )
    return end if named else first


@cache
def addressing() -> frozenset[str]:
    """The verbs, with their particles, that name whom they address before what they say."""
    return frozenset(verb.replace("-", " ") for verb in load("cues")["addressing"]["verbs"].split())


def marker_after(reading: Reading, first: int, high: int) -> tuple[str, int] | None:
    """A "that", a question word or a quotation a few words after the cue."""
    for place in range(first, min(high, first + MARKER)):
        word = reading.lower(place)
        if reading.is_quoted(place):
            return ("quote", place) if _introduces(reading, first, place) else None
        if word == "that" and (place == first or _is_complementizer(reading, first, place)):
            return "that", place
        if word in WH and (place == first or past_circumstances(reading, first, place) == place):
            return "wh", place
        if word == "to" and place == first and not _is_addressee(reading, place + 1):
            return "to", place
        if _bars_marker(reading, first, place):
            return None
    return None


def _is_addressee(reading: Reading, place: int) -> bool:
    return reading.kind(place) in {"cap", "det", "object"} or reading.lower(place) in occasions()


def _bars_marker(reading: Reading, first: int, place: int) -> bool:
    kind = reading.kind(place)
    if kind in PREDICATE or kind == "conj" or reading.text(place) in STOPS | {";", *DASHES}:
        return True
    if kind == "ing" and reading.lower(place) in verb_forms():
        return reading.kind(place - 1) != "det"
    return kind == "pron" and place > first


def _is_complementizer(reading: Reading, first: int, place: int) -> bool:
    """Whether a later "that" begins what is reported rather than a relative clause on the noun before it."""
    if reading.kind(place + 1) in PREDICATE or reading.text(place + 1) in {".", ","}:
        return False
    return _introduces(reading, first, place) or _is_addressed(reading, first, place)


def _is_addressed(reading: Reading, first: int, place: int) -> bool:
    """Whether the words between are whom it was said to, and when: "told the panel on Friday that"."""
    end = phrase_after(reading, first, place)
    return end > first and past_circumstances(reading, end, place) >= place


def _introduces(reading: Reading, first: int, place: int) -> bool:
    """Whether the words between cue and quotation only say when, where and to whom."""
    if place == first or reading.tokens[place - 1].text in {",", ":"}:
        return True
    return past_circumstances(reading, first, place) == place or (place == first + 1 and reading.kind(first) == "object")


def past_circumstances(reading: Reading, first: int, high: int) -> int:
    """Where the words end that only say when, where or in what it was said: "on Monday in an interview with a paper"."""
    place = first
    while place < high:
        kind, word = reading.kind(place), reading.lower(place)
        if kind in {"adv", "time"} or (kind == "num" and reading.kind(place - 1) == "time"):
            place += 1
        elif kind == "prep" or word == "to":
            end = _circumstance_end(reading, place, high)
            if end == place:
                return place
            place = end
        elif kind == "object" and place == first:
            place += 1
        else:
            return place
    return place


def _circumstance_end(reading: Reading, place: int, high: int) -> int:
    """Where a phrase such as "in an interview with a newspaper" ends; `place` where the phrase is none of these."""
    if reading.lower(place) in {"for", "against", "about", "of", "over"}:
        return place
    if reading.lower(place) in {"aboard", "outside", "inside", "near"}:
        return phrase_after(reading, place + 1, high)
    network = place + 1
    while network < high and reading.kind(network) == "cap":
        network += 1
    if reading.lower(place) == "on" and network > place + 1 and reading.lower(network) in {"that", ",", ":"}:
        return network  # "wrote on Threads that"
    for at in range(place + 1, min(high, place + 7)):
        kind = reading.kind(at)
        if reading.lower(at) in occasions() or kind == "time":
            end = at + 1
            while end < high and reading.kind(end) in {"time", "num"}:
                end += 1
            return end
        if kind not in {"det", "word", "cap", "num", "ed", "adv"}:
            return place
    return place


def _has_predicate(reading: Reading, first: int, high: int) -> bool:
    """Whether a noun phrase at `first` is followed by its predicate."""
    if reading.kind(first) == "prep":
        return False
    place, high = first + 1, min(high, first + CLAUSE_SUBJECT)
    while place < high:
        if not reading.is_quoted(place) and (reading.kind(place) in PREDICATE or _is_transitive(reading, place)):
            return True
        if not reading.is_quoted(place) and _bars_predicate(reading, place):
            after = _past_relative(reading, place)
            return after is not None and reading.kind(after) in PREDICATE
        place += 1
    return False


def _is_transitive(reading: Reading, place: int) -> bool:
    """Whether a word in -ed is the predicate of the noun before it, as its object tells: "the water reached the roof"."""
    if reading.kind(place) != "ed" or reading.kind(place - 1) not in {"word", "cap"}:
        return False
    return reading.kind(place + 1) in {"det", "object"}


def _past_relative(reading: Reading, comma: int) -> int | None:
    """Past a relative clause between commas: "the port, which handles grain, was closed"."""
    if reading.text(comma) != "," or reading.lower(comma + 1) not in {"which", "who", "whose"}:
        return None
    closing = (place for place in range(comma + 2, comma + NEAR) if reading.text(place) in {",", ";", *STOPS})
    end = next(closing, None)
    return end + 1 if end is not None and reading.text(end) == "," else None


def _bars_predicate(reading: Reading, place: int) -> bool:
    kind = reading.kind(place)
    if kind == "conj":
        return reading.kind(place + 1) not in {"det", "cap", "word"}
    if reading.lower(place) in {"before", "after", "until", "since"}:
        return True
    return kind in {"sub", "rel", ";", ":", ","} or reading.text(place) in STOPS


def content_end(reading: Reading, passage: Passage, first: int, phrase: bool = False, auxiliary: str = "") -> int:
    """Where content that begins at token `first` ends, before the passage does or with it.

    `phrase`: it is a noun phrase and no clause. `auxiliary` is the first word of the cue ("has said"): a verb that "and"
    joins with the same one goes with the cue again.
    """
    place, high = first, min(passage.last, first + LONGEST)
    while place < high:
        quoted = reading.quoted[place]
        if quoted >= 0:
            place = min(passage.last, reading.layout.token_at(reading.quotations.spans[quoted].span.end))
            if ends_quotation(reading, place - 1) and not _joins_quotation(reading, place):
                break
        elif place > first and _ends_content(reading, passage, first, place, phrase, auxiliary):
            break
        else:
            place += 1
    return place


def _joins_quotation(reading: Reading, place: int) -> bool:
    """Whether what follows a finished quotation still belongs to it: another one, or a clause that "and" joins."""
    return reading.kind(place) in {",", "conj"} or (place < len(reading.quoted) and reading.quoted[place] >= 0)


def _ends_content(reading: Reading, passage: Passage, first: int, place: int, phrase: bool, auxiliary: str) -> bool:
    text, word, kind = reading.text(place), reading.lower(place), reading.kind(place)
    if text == ",":
        return _ends_at_comma(reading, passage, first, place, phrase)
    if text == ";" or (text in DASHES and _speaks_again(reading, place + 1)):
        return True
    if word in {"and", "but"} and _joins_predicate(reading, place + 1, auxiliary):
        return True
    if not phrase or word in {"as", "than"}:
        return False
    return kind == "sub" or word in {"after", "before", "during", "since", "amid"} or _begins_occasion(reading, place)


def _ends_at_comma(reading: Reading, passage: Passage, first: int, comma: int, phrase: bool) -> bool:
    if comma == first + 1 and reading.lower(first) == "that":
        return False
    if phrase or _is_subordinate(reading, passage, first):
        return True
    following = reading.kind(comma + 1) == "ing" or reading.lower(comma + 1) == "according"
    again = lists_cues(reading, comma) or _speaks_again(reading, comma + 1)
    return following or again or _parenthetical(reading, passage, comma)


def lists_cues(reading: Reading, comma: int) -> bool:
    """Whether the source goes on after a comma: "explained that …, insisted it was safe and urged …"."""
    if reading.kind(comma + 1) not in {"verb", "ed"} or reading.kind(comma - 1) == "adv":
        return False
    is_cue = any("past" in kinds for _, kinds in verb_forms().get(reading.lower(comma + 1), ()))
    return is_cue and (reading.lower(comma + 2) in {"that", "it"} or reading.kind(comma + 2) in {"pron", "short"})


def _speaks_again(reading: Reading, place: int) -> bool:
    """Whether a clause that "and" or "though" adds speaks of somebody's words again: "…, but she denied that …"."""
    if reading.kind(place) != "conj" and reading.lower(place) not in ADDING:
        return False
    first = place + 1
    again = reading.kind(first) == "pron"
    end = first + 1 if again else phrase_after(reading, first, first + CLAUSE_SUBJECT)
    while end > first and reading.kind(end) == "adv":
        end += 1
    if end == first or reading.kind(end) not in {"verb", "ed"}:
        return False
    frames = ("that",) if reading.lower(end + 1) == "that" else ("to", "np") if again else ()
    return _is_speech(reading.lower(end), ("aside", *frames))


@cache
def _is_speech(word: str, frames: tuple[str, ...]) -> bool:
    """Whether a word is the past tense of a verb that attributes in one of the frames."""
    listed = {lemma for name in frames for lemma in load("cues")["frames"][name].split()}
    return any(lemma in listed and "past" in kinds for lemma, kinds in verb_forms().get(word, ()))


def _joins_predicate(reading: Reading, place: int, auxiliary: str) -> bool:
    while reading.kind(place) == "adv":
        place += 1
    if reading.kind(place) == "ed":
        return reading.lower(place) in verb_forms()
    return reading.kind(place) == "verb" or (reading.kind(place) == "aux" and reading.lower(place) == auxiliary)


def _begins_occasion(reading: Reading, place: int) -> bool:
    return reading.lower(place) in {"in", "at", "on"} and reading.lower(place + 2) in occasions()


def _is_subordinate(reading: Reading, passage: Passage, first: int) -> bool:
    """Whether the content belongs to a clause that opens the sentence: "While he said …, the talks failed"."""
    if not _opens_subordinate(reading, passage) or first - passage.first > NEAR:
        return False
    return all(reading.tokens[place].text != "," for place in range(passage.first, first))


def _opens_subordinate(reading: Reading, passage: Passage) -> bool:
    """Whether the passage opens with "While …" or with a participle: "Asked whether …, he said"."""
    participle = reading.lower(passage.first) in verb_forms() and reading.kind(passage.first + 1) != "verb"
    return reading.kind(passage.first) == "sub" or participle


def _parenthetical(reading: Reading, passage: Passage, comma: int) -> bool:
    """Whether a comma is followed by "he said" and nothing that he said."""
    for place in range(comma + 1, min(passage.last, comma + 10)):
        if reading.quoted[place] >= 0 or reading.tokens[place].text in {",", ";", "that"}:
            return False
        word = reading.lower(place)
        if reading.kind(place) == "verb" and (word in COMMON_CUES or _is_speech(word, ("aside",))):
            after = reading.text(place + 1) if place + 1 < passage.last else "."
            return after in STOPS | BREAKS or reading.kind(place + 1) in {"time", "prep"} or place == comma + 1
        if reading.kind(place) in PREDICATE:
            return False
    return False


def ends_quotation(reading: Reading, place: int) -> bool:
    """Whether the token is the last of a quotation that ends like a clause: `“We won,”` or `“We won”,`."""
    if reading.tokens[place].text == "," and place and reading.quoted[place - 1] >= 0:
        return True
    quoted = reading.quoted[place]
    if quoted < 0 or (place + 1 < len(reading.quoted) and reading.quoted[place + 1] == quoted):
        return False
    inner = reading.quotations.spans[quoted].inner.of(reading.layout.text).rstrip("’'”\" ")
    return inner.endswith((",", "?", "!", ".", "…", *DASHES))


def is_titled(reading: Reading, quotation: Quotation) -> bool:
    """Whether a quotation is written like the title of a work: its long words capitalised."""
    words = [token for token in reading.layout.tokens_in(quotation.inner) if token.is_word and len(token.text) > 3]
    return sum(word.is_capitalized for word in words) >= max(2, 0.8 * len(words))


def trimmed(reading: Reading, part: Range) -> Range | None:
    """`part` without the punctuation at its ends, unless a quotation has it; `None` where nothing is left."""
    first, last = part
    while first < last and reading.text(first) in EDGES and not reading.is_quoted(first):
        first += 1
    while last > first and reading.text(last - 1) in EDGES and not reading.is_quoted(last - 1):
        last -= 1
    return Range(first, last) if first < last else None
