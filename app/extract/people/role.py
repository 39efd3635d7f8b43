"""What somebody does and for whom: role before a name, in an apposition after it or behind "is", and affiliation."""

from collections.abc import Iterator, Sequence

from app.extract.document import Span
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.mentions import Reference
from app.extract.people.nominals import read_head
from app.extract.people.origin import read_adjectives
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

LONGEST_BEFORE = 9
LONGEST_APPOSITION = 18
MOST_STRANGE = 2  # unknown lower-case words inside a role before a name ("anti-doping laboratory director")
FORMER = frozenset(["former", "ex", "ex-", "then", "late", "onetime", "one-time", "retired"])
PASSING = frozenset(load("roles")["passing"])
ARTICLES = frozenset("the a an its his her their our my your another one now currently also".split())
AFFILIATING = frozenset(["of", "for", "at", "from", "with"])
PREDICATES = frozenset(["is", "was", "serves", "served", "became", "remains"])
ENDS = frozenset(load("roles")["apposition_ends"])


def role_start(wording: Wording, reference: Reference) -> int:
    """The token where title, role, nationality and party before the name `reference` begin."""
    sentence = wording.layout.sentences[reference.sentence]
    start, role_seen, strange = reference.first, False, 0
    limit = max(sentence.first, reference.first - LONGEST_BEFORE)
    while start > limit and not _breaks_off(wording, start - 1, reference.lead):
        index = start - 1
        if _is_role(wording.words[index]):
            role_seen, strange = True, 0
        elif index < reference.lead and not _is_telling(wording, index):
            strange += 1
            if not role_seen or strange > MOST_STRANGE or wording.words[start] in gazetteer().demonyms:
                break
        start = index
    while start < reference.first and strange and not _is_role(wording.words[start]) and not _is_telling(wording, start):
        start += 1
    return start


def _breaks_off(wording: Wording, index: int, lead: int) -> bool:
    """Whether the token can be no part of what stands before a name whose title begins at `lead`."""
    words, word = vocabulary(), wording.words[index]
    if wording.possessives[index]:
        return True
    if index >= lead:
        return False
    if not word[0].isalnum() or word in words.speech_verbs or word in words.determiners or word in words.calendar:
        return True
    return word in words.function_words and not wording.is_acronym(index)


def _is_office(word: str) -> bool:
    # "Republican" and "Democrat" are nouns for people too, but tell the party and not the role.
    return word in vocabulary().offices and word not in gazetteer().parties


def _is_role(word: str) -> bool:
    words = vocabulary()
    return _is_office(word) or word in words.titles or word in words.ranks


def _is_telling(wording: Wording, index: int) -> bool:
    word, words = wording.words[index], vocabulary()
    if wording.layout.tokens[index].text[0].isupper() or word in gazetteer().demonyms:
        return True
    return word in words.modifiers or word in words.courtesy or word in words.institutions


def read_role_before(wording: Wording, start: int, first: int) -> Iterator[Saying]:
    """The role between two tokens, from the first word that is no nationality or party to the last office."""
    offices = [i for i in range(start, first) if _is_office(wording.words[i])]
    roles = offices or [i for i in range(start, first) if _is_role(wording.words[i])]
    phrase = _title_phrase_end(wording, start, first)
    last = max(phrase, roles[-1] + 1 if roles else start)
    begin = _past_origin(wording, start, last)
    if begin >= last:
        return
    span = wording.span(begin, last)
    plain = bool(offices) or phrase > start or wording.words[last - 1] in vocabulary().titles - vocabulary().ranks
    weight = (2.0 if plain else 0.5) + 0.05 * (last - begin) - (1.2 if wording.words[begin] in FORMER else 0)
    yield Saying("role", span.of(wording.layout.text), span, weight)
    if {wording.phrase(begin, last), wording.words[last - 1]} & vocabulary().american_titles:
        yield Saying("country", "US", span, 0.8)


def _title_phrase_end(wording: Wording, start: int, first: int) -> int:
    for index in range(start, first):
        end = wording.longest_phrase(index, first, vocabulary().title_phrases)
        if end > index:
            return end
    return start


def _past_origin(wording: Wording, start: int, last: int) -> int:
    """Past nationality, state, party and courtesy, which are no part of the role."""
    names, begin = gazetteer(), start
    while start < last:
        word = wording.words[start]
        end = wording.longest_phrase(start, last, names.demonyms)
        if end == start and wording.layout.tokens[start].text[0].isupper():
            tables = (names.parties, names.states)
            end = max(wording.longest_phrase(start, last, table) for table in tables)
        passing = word in PASSING or (word in vocabulary().courtesy and not _is_role(word))
        if end == start and not passing and (word != "and" or start == begin):
            break
        start = max(end, start + 1)
    return start


def read_apposition(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and more of the noun phrase after a name and a comma, or after "is the"."""
    bounds = _apposition(wording, references[index])
    if bounds is None or _describes_next(wording, references, index, bounds[1]):
        yield from _affiliation(wording, references, index, references[index].last)
        return
    first, last, weight = bounds
    roles = [part for part in _conjuncts(wording, first, last) if _has_office(wording, *part)]
    if not roles:
        if any(wording.words[i] in gazetteer().parties for i in range(first, min(last, first + 4))):
            yield from read_adjectives(wording, first, last)
        return
    current = [part for part in roles if wording.words[_past_article(wording, *part)] not in FORMER]
    begin, end = (current or roles)[0]
    begin = _past_origin(wording, _past_article(wording, begin, end), end)
    if begin < end:  # "billionaire Republican" is all origin and no role
        span = wording.span(begin, end)
        weight += 0.05 * min(end - begin, 8) - (0 if current else 1.2)
        yield Saying("role", span.of(wording.layout.text), span, weight)
    yield from read_adjectives(wording, first, last)
    yield from _affiliation(wording, references, index, begin, end)


def _describes_next(wording: Wording, references: Sequence[Reference], index: int, last: int) -> bool:
    """Whether the words after the comma belong to the next name of a list: "Jane Doe, businessman John Roe and …"."""
    for following in references[index + 1 : index + 6]:
        if following.first > last:
            return False
        if following.form == "name" and following.kind == "person":
            between = wording.words[references[index].last + 1 : following.first]
            told = following.titled or (bool(between) and _is_role(between[-1]))
            return told and not any(word in vocabulary().function_words for word in between)
    return False


def _apposition(wording: Wording, reference: Reference) -> tuple[int, int, float] | None:
    """First and last token of the description after a name, and how much weight it has."""
    words, index = wording.words, _past_tag(wording, reference.last)
    limit = min(wording.layout.sentences[reference.sentence].last, index + LONGEST_APPOSITION)
    if index + 1 >= limit or reference.possessive:
        return None
    begin, weight = (_past_comma(wording, index, limit), 1.9) if words[index] == "," else (index, 1.5)
    if words[begin] == "who" and begin + 1 < limit:
        begin, weight = begin + 1, 1.5
    if words[begin] in PREDICATES:
        begin, weight = begin + 1, 1.5
        begin += begin < limit and words[begin] == "as"
        if begin >= limit or not (words[begin] in vocabulary().determiners or _is_role(words[begin])):
            return None
    elif words[index] != ",":
        return None
    end = begin
    while end < limit and not _ends_apposition(wording, end):
        end += 1
    return (begin, end, weight) if end > begin else None


def _past_tag(wording: Wording, index: int) -> int:
    """Past "(R-Ky.)" and the like."""
    words = wording.words
    if index >= len(words) or words[index] != "(":
        return index
    return next((end + 1 for end in range(index + 1, min(index + 8, len(words))) if words[end] == ")"), index)


def _past_comma(wording: Wording, index: int, limit: int) -> int:
    """Past the comma and an age between commas."""
    words = wording.words
    aged = index + 3 < limit and words[index + 1].isdecimal() and words[index + 2] == ","
    return index + 3 if aged else index + 1


def _ends_apposition(wording: Wording, index: int) -> bool:
    word = wording.words[index]
    return word in ENDS or word in vocabulary().speech_verbs or not (word[0].isalnum() or word in "&/'’-")


def _conjuncts(wording: Wording, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for index in range(first, last):
        soon = range(index + 1, min(last, index + 6))
        if wording.words[index] == "and" and any(_is_office(wording.words[i]) for i in soon):
            if start < index:
                yield start, index
            start = index + 1
    if start < last:
        yield start, last


def _past_article(wording: Wording, first: int, last: int) -> int:
    while first < last - 1 and wording.words[first] in ARTICLES:
        first += 1
    return first


def _has_office(wording: Wording, first: int, last: int) -> bool:
    """Whether the head of the noun phrase, before any preposition, is an office."""
    for index in range(first, last):
        word = wording.words[index]
        if _is_office(word):
            return True
        if word in AFFILIATING or word in {"in", "on", "to", "by"}:
            return False
    return False


def _affiliation(
    wording: Wording, references: Sequence[Reference], index: int, first: int, last: int | None = None
) -> Iterator[Saying]:
    """The named organisation in "Jane Doe of the Acme Institute" and "director of the Acme Institute"."""
    near = first + 3 if last is None else last
    for following in references[index + 1 : index + 6]:
        if following.first >= near:
            return
        named = following.form == "name" and following.kind == "organization" and not _is_party(following)
        leading = wording.words[max(first, following.first - 2) : following.first]
        if named and any(word in AFFILIATING for word in leading):
            yield Saying("affiliation", following.span.of(wording.layout.text), following.span, 1.0)
            return


def _is_party(reference: Reference) -> bool:
    return " ".join(reference.words) in gazetteer().parties


def read_introduction(wording: Wording, nominal: Reference, name: Reference) -> Iterator[Saying]:
    """The role in "the head of the nurses' union, Jane Doe", complement included."""
    head = read_head(wording.words[nominal.last - 1])
    begin = _past_origin(wording, _past_article(wording, nominal.first, nominal.last), nominal.last)
    if head is not None and _is_office(head.word) and begin < nominal.last:
        span = wording.span(begin, name.lead - 1)
        yield Saying("role", span.of(wording.layout.text), span, 2.3)


def read_nominal(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and affiliation of a nominal like "a spokesman for the ministry"."""
    reference = references[index]
    head = read_head(wording.words[reference.last - 1])
    if head is not None and _is_office(head.word):
        begin = _past_origin(wording, reference.last - len(reference.words), reference.last)
        if begin < reference.last:
            span = wording.span(begin, reference.last)
            yield Saying("role", span.of(wording.layout.text), span, 1.0)
    after = reference.last
    if after < len(wording.words) and wording.words[after] in AFFILIATING and index + 1 < len(references):
        following = references[index + 1]
        if following.first - after <= 2 and following.kind == "organization":
            span = _without_article(wording, following)
            yield Saying("affiliation", span.of(wording.layout.text), span, 1.0)


def _without_article(wording: Wording, reference: Reference) -> Span:
    return wording.span(_past_article(wording, reference.first, reference.last), reference.last)
