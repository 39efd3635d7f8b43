"""Names of people, organisations and places: runs of capitalised words, taken apart by lexicons and by what surrounds them."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.extract.gazetteer import Gender, gazetteer, vocabulary
from app.extract.layout import Sentence
from app.extract.mentions import MentionKind, Reference
from app.extract.wording import Wording, is_shouted, is_title_case

LONGEST_NAME = 8
LONGEST_RUN = 14
NICKNAME_MARKS = frozenset("\"“”'‘’")
STARTING_PARTICLES = frozenset(["al", "bin", "da", "de", "del", "der", "di", "du", "el", "ibn", "van", "von"])
AFTER_OPENER = frozenset(["of", "for", "on"])
# The last words of names that join two fields with "and".
JOINED_INSTITUTIONS = frozenset(
    ["administration", "agency", "association", "bureau", "coalition", "commission", "committee", "council", "department", "foundation", "institute", "ministry", "office", "organization", "service", "subcommittee", "union", "university"]
)
AGE_MAX = 120


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a run of capitals stands: its sentence and how that is written."""

    sentence: int
    first: int
    last: int
    title_case: bool
    shouted: bool


def find_names(wording: Wording) -> list[Reference]:
    """Every name of the text in reading order."""
    references: list[Reference] = []
    for number, sentence in enumerate(wording.layout.sentences):
        setting = _setting(wording, number, sentence)
        for first, last in _runs(wording, setting):
            references.extend(_read_run(wording, setting, first, last))
    return references


def _setting(wording: Wording, number: int, sentence: Sentence) -> Setting:
    layout = wording.layout
    return Setting(
        number, sentence.first, sentence.last, is_title_case(layout, sentence), is_shouted(layout, sentence)
    )


def _runs(wording: Wording, setting: Setting) -> Iterator[tuple[int, int]]:
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
        return False
    names = gazetteer().given_names
    if word == "may" and index > 0 and wording.words[index - 1] in names and wording.touches(index):
        return False
    following = index + 1 < last and wording.touches(index + 1) and wording.is_name_like(index + 1)
    return not (word in names and following)


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
    if wording.words[index - 1] not in words.common_words | words.adjectives:
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


def _read_run(wording: Wording, setting: Setting, first: int, last: int) -> Iterator[Reference]:
    """The names in a run of capitals: usually one, more where a title, a place or a headline's words stand between."""
    first = _past_starters(wording, setting, first, last)
    if first >= last:
        return
    known = _known(wording, setting, first, last)
    if known is not None:
        yield known
        return
    if _is_organization(wording, first, last):
        yield _name(wording, setting, first, last, "organization")
        return
    start, titled = _past_titles(wording, setting, first, last)
    yield from _known_in(wording, setting, first, start)
    if start >= last:
        return
    if not titled:
        peeled = _past_adjectives(wording, start, last)
        yield from _known_in(wording, setting, start, peeled)
        start = peeled
    yield from _read_rest(wording, setting, first, start, last, titled)


def _past_starters(wording: Wording, setting: Setting, first: int, last: int) -> int:
    """Past the capitalised words that open a sentence or a headline without belonging to a name."""
    words = vocabulary()
    while first < last:
        word = wording.words[first]
        opens = setting.title_case or _opens_clause(wording, setting, first)
        common = opens and word in words.common_words and not _is_title(wording, first)
        if word not in words.function_words and word not in words.determiners and not common:
            break
        if wording.is_acronym(first) and not setting.shouted:  # "US", "IT" and "WHO" are no pronouns
            break
        if common and _begins_organization(wording, first, last):
            break
        first += 1
    return first


def _opens_clause(wording: Wording, setting: Setting, index: int) -> bool:
    return index == setting.first or not wording.layout.tokens[index - 1].text[0].isalnum()


def _begins_organization(wording: Wording, first: int, last: int) -> bool:
    return last - first > 1 and _is_organization(wording, first, last)


def _known(wording: Wording, setting: Setting, first: int, last: int) -> Reference | None:
    """The run as a whole, where the gazetteer has it."""
    names, phrase = gazetteer(), wording.phrase(first, last)
    if phrase in names.organizations and (last - first > 1 or _is_plainly_known(wording, setting, first)):
        return _name(wording, setting, first, last, "organization")
    if phrase in names.places and not (names.given_names.get(phrase) and _speaks(wording, last)):
        return _name(wording, setting, first, last, "place")
    if phrase in names.parties and (last - first > 1 or phrase.endswith("s") or wording.is_acronym(first)):
        many = phrase.endswith("s") and last - first == 1 and not wording.is_acronym(first)
        return _name(wording, setting, first, last, "group" if many else "organization")
    if phrase in names.demonyms and phrase.endswith("s"):
        return _name(wording, setting, first, last, "group")
    return None


def _is_adjective(wording: Wording, first: int, last: int) -> bool:
    """Whether the capitals are no name but a nationality, creed or party used as an adjective, or a party tag."""
    names, phrase = gazetteer(), wording.phrase(first, last)
    if phrase in names.demonyms or phrase in names.parties or phrase in vocabulary().adjectives:
        return True
    return wording.words[first].partition("-")[0] in names.party_tags and last - first == 1


def _is_plainly_known(wording: Wording, setting: Setting, index: int) -> bool:
    # "Apple" at the start of a sentence may be fruit, and "un" or "who" in capitals is not always an acronym.
    if wording.words[index] in vocabulary().common_words:
        return not _opens_clause(wording, setting, index) and not setting.title_case
    return len(wording.words[index]) > 3 or wording.is_acronym(index) or not setting.title_case


def _known_in(wording: Wording, setting: Setting, first: int, last: int) -> Iterator[Reference]:
    """The places and organisations inside a title ("Ukrainian President", "White House Press Secretary")."""
    names = gazetteer()
    index = first
    while index < last:
        end = wording.longest_phrase(index, last, names.organizations)
        kind: MentionKind = "organization"
        if end == index:
            end, kind = wording.longest_phrase(index, last, names.places), "place"
        if end > index and wording.is_name_like(index) and wording.words[index] not in names.demonyms:
            yield _name(wording, setting, index, end, kind)
        index = max(end, index + 1)


def _is_organization(wording: Wording, first: int, last: int) -> bool:
    words, names = vocabulary(), gazetteer()
    ending = wording.words[last - 1]
    if last - first == 1:
        return False
    if _is_title(wording, first) and wording.words[first] in words.courtesy | words.titles:
        return False
    if any(wording.words[i] in words.openers and wording.words[i + 1] in AFTER_OPENER for i in range(first, last - 1)):
        return True
    if wording.layout.tokens[first + 1].text == "&":
        return True
    if ending not in words.last_words:
        return False
    return last - first > 2 or names.given_names.get(wording.words[first]) is None or ending in words.institutions


def _is_title(wording: Wording, index: int) -> bool:
    words, word = vocabulary(), wording.words[index]
    return word in words.courtesy or word in words.titles or word in words.ranks or _is_office(word)


def _is_office(word: str) -> bool:
    offices, plurals = vocabulary().offices, vocabulary().plurals
    return word in offices or plurals.get(word) in offices or (word.endswith("s") and word[:-1] in offices)


def _past_titles(wording: Wording, setting: Setting, first: int, last: int) -> tuple[int, bool]:
    """Where the name begins after the last title in the run, and whether there is one."""
    start, index = first, first
    named = False
    while index < last:
        phrase = wording.longest_phrase(index, last, vocabulary().title_phrases)
        if phrase > index:
            index = start = phrase
            continue
        if _is_title(wording, index) and index < last - 1 and not named:
            start = index + 1
        named = named or wording.words[index] in gazetteer().given_names
        index += 1
    if start == last or start == last - 1 and not _fits_title(wording, setting, start):
        return last, False
    return start, start > first


def _fits_title(wording: Wording, setting: Setting, index: int) -> bool:
    # "Head Start" and "Captain Marvel" against "Leader McConnell": a common word needs a plain title before it.
    plain = wording.words[index - 1] in vocabulary().courtesy | vocabulary().titles
    return plain or wording.words[index] not in vocabulary().common_words


def _past_adjectives(wording: Wording, first: int, last: int) -> int:
    """Past nationalities, creeds, parties and places that stand before a name."""
    names = gazetteer()
    while first < last - 1:
        end = wording.longest_phrase(first, last - 1, names.demonyms)
        if end == first:
            end = wording.longest_phrase(first, last - 1, names.parties)
        if end == first and wording.words[first] in vocabulary().adjectives:
            end = first + 1
        if end == first:
            place = wording.longest_phrase(first, last - 1, names.places)
            named = place < last and wording.words[place] in names.given_names
            party = place < last and wording.words[place] in names.parties
            end = place if (named or party) and wording.words[first] not in names.given_names else first
        if end == first and wording.words[first] in vocabulary().common_words and wording.words[first] not in names.given_names:
            end = first + (first < last - 2 and wording.words[first + 1] in names.given_names)
        if end == first:
            break
        first = end
    return first


def _read_rest(
    wording: Wording, setting: Setting, lead: int, first: int, last: int, titled: bool
) -> Iterator[Reference]:
    for start, end in _pieces(wording, setting, first, last):
        attached = start == first
        known = None if attached and titled else _known(wording, setting, start, end)
        if known is None and not titled and _is_adjective(wording, start, end):
            if wording.words[end - 1].endswith("s") and wording.words[end - 1] in vocabulary().adjectives:
                yield _name(wording, setting, start, end, "group")
            continue
        yield known or _classify(wording, setting, lead if attached else start, start, end, titled and attached)


def _pieces(wording: Wording, setting: Setting, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The run, cut at the common words of a headline and at words that no name has inside."""
    words = vocabulary()
    start = first
    for index in range(first, last):
        word = wording.words[index]
        common = setting.title_case and word in words.common_words
        if wording.is_name_like(index) and (common or word in words.function_words) and not wording.is_acronym(index):
            if start < index:
                yield start, index
            start = index + 1
    if start < last:
        yield start, last


def _classify(
    wording: Wording, setting: Setting, lead: int, first: int, last: int, titled: bool
) -> Reference:
    if titled and last - first <= LONGEST_NAME:
        return _name(wording, setting, first, last, "person", lead=lead, titled=True)
    if _is_organization(wording, first, last) or _is_short_name(wording, setting, first, last):
        return _name(wording, setting, first, last, "organization")
    if last - first > LONGEST_NAME:
        return _name(wording, setting, first, last, None)
    if _is_shaped_like_a_person(wording, setting, first, last):
        return _name(wording, setting, first, _past_surname(wording, first, last), "person", lead=lead)
    role_before = _has_role_before(wording, setting, first)
    told = role_before or _person_follows(wording, setting, last)
    if last - first == 1:
        person = (role_before or _acts(wording, setting, last)) and _could_be_surname(wording, setting, first)
        return _name(wording, setting, first, last, "person" if person else None, lead=lead, weak=True)
    weak = _could_be_person(wording, setting, first, last) and not _has_article(wording, setting, first)
    return _name(wording, setting, first, last, "person" if weak else None, lead=lead, weak=weak and not told)


def _has_article(wording: Wording, setting: Setting, index: int) -> bool:
    return index > setting.first and wording.words[index - 1] in {"the", "a", "an"}


def _could_be_surname(wording: Wording, setting: Setting, index: int) -> bool:
    before = wording.words[index - 1] if index > setting.first else ""
    word, words, names = wording.words[index], vocabulary(), gazetteer()
    if before in words.determiners or before in words.locatives or setting.title_case or not word.isalpha():
        return False
    everyday = word in words.common_words or word in words.adjectives or word in names.features
    return not everyday and word not in names.demonyms and wording.layout.tokens[index].text[:3].istitle()


def _is_short_name(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    return last - first == 1 and not setting.shouted and wording.is_acronym(first)


def _is_shaped_like_a_person(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    names, words = gazetteer(), vocabulary()
    many = last - first > 1
    if wording.words[first] in names.given_names:
        return many or wording.words[first] not in names.places
    initials = any(wording.is_initial(i) for i in range(first, last - 1)) or _has_bare_initials(wording, first, last)
    known_place = wording.longest_phrase(first, last, names.places) > first
    ended = wording.words[last - 1] in words.suffixes and not wording.is_acronym(last - 1)
    return many and not known_place and (initials or ended)


def _has_bare_initials(wording: Wording, first: int, last: int) -> bool:
    # "JK Rowling", but neither "US Army" nor "EU Council"
    token = wording.layout.tokens[first].text
    known = wording.words[first] in gazetteer().organizations or wording.words[first] in gazetteer().places
    return last - first == 2 and len(token) == 2 and token.isupper() and not known and not wording.is_acronym(first + 1)


def _past_surname(wording: Wording, first: int, last: int) -> int:
    """End of a person's name before a landmark's or another everyday word ("Jane Doe Day")."""
    everyday = vocabulary().common_words | gazetteer().features
    for index in range(first + 2, last):
        if wording.words[index] in everyday:
            return index
    return last


def _could_be_person(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    if not 2 <= last - first <= 4 or setting.shouted:
        return False
    names, words = gazetteer(), vocabulary()
    if wording.longest_phrase(first, last, names.places) > first:
        return False
    return not any(
        wording.words[i] in words.common_words
        or wording.words[i] in names.features
        or wording.words[i] in words.adjectives
        or wording.words[i] in names.demonyms
        or (wording.is_acronym(i) and not setting.shouted)
        or not any(c.isalpha() for c in wording.words[i])
        for i in range(first, last)
    )


def _has_role_before(wording: Wording, setting: Setting, index: int) -> bool:
    return index > setting.first and _is_office(wording.words[index - 1]) and wording.touches(index)


def _speaks(wording: Wording, index: int) -> bool:
    words = wording.words
    return index < len(words) and (words[index] in vocabulary().speech_verbs or words[index] in {"who", "whose"})


def _acts(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether what follows a capitalised word shows that somebody acts, speaks or owns."""
    if wording.possessives[index - 1]:
        return True
    if index >= setting.last or not wording.touches(index):
        return False
    word, words = wording.words[index], vocabulary()
    return word in words.action_words or word in words.speech_verbs or (len(word) > 4 and word.endswith("ed"))


def _person_follows(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether what stands after a name tells a person: a verb of speech, "who", an age."""
    if index >= setting.last:
        return False
    words = wording.words
    if _speaks(wording, index):
        return True
    if words[index] != "," or index + 1 >= setting.last:
        return False
    following = words[index + 1]
    age = following.isdecimal() and len(following) <= 3 and 1 < int(following) <= AGE_MAX
    return age or following in {"who", "whose"} or _is_office(following) or _has_office_soon(wording, index, setting)


def _has_office_soon(wording: Wording, index: int, setting: Setting) -> bool:
    """Whether an apposition with an office begins after the comma at `index` ("Jane Doe, the party's treasurer,")."""
    for place in range(index + 1, min(index + 8, setting.last)):
        word = wording.words[place]
        if _is_office(word) and not wording.is_name_like(place):
            return True
        if not word[0].isalnum():
            return False
    return False


def _name(
    wording: Wording,
    setting: Setting,
    first: int,
    last: int,
    kind: MentionKind | None,
    *,
    lead: int | None = None,
    titled: bool = False,
    weak: bool = False,
) -> Reference:
    lead = first if lead is None else lead
    words = tuple(w for w in wording.words[first:last] if w[0].isalnum() or w[0] == "'")
    return Reference(
        span=wording.span(first, last),
        first=first,
        last=last,
        lead=lead,
        form="name",
        kind=kind,
        words=words or wording.words[first:last],
        sentence=setting.sentence,
        gender=_gender(wording, lead, first, words) if kind == "person" else None,
        plural=kind == "group",
        possessive=wording.possessives[last - 1],
        titled=titled,
        weak=weak,
        located=first > setting.first and wording.words[first - 1] in vocabulary().locatives,
    )


def _gender(wording: Wording, lead: int, first: int, words: tuple[str, ...]) -> Gender | None:
    """What the title, else the given name, says of its bearer's gender."""
    for word in reversed(wording.words[lead:first]):
        if word in vocabulary().genders:
            return vocabulary().genders[word]
    names = gazetteer()
    if len(words) > 1 or (words and lead == first and words[0] not in names.also_surnames):
        return names.given_names.get(words[0]) or names.given_names.get(words[0].partition("-")[0])
    return None
