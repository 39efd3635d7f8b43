"""Names of people, organisations and places: runs of capitals, taken apart by lexicons and by what surrounds them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.extract.gazetteer import Gender, gazetteer, vocabulary
from app.extract.people.capitals import AFTER_OPENER, Setting, find_runs
from app.extract.people.mentions import MentionKind, Reference
from app.extract.people.signs import (
    acts,
    could_be_person,
    could_be_surname,
    has_article,
    has_role_before,
    is_called_by_surname,
    is_called_it,
    is_office,
    is_shaped_like_a_person,
    is_short_name,
    is_title,
    past_surname,
    person_follows,
    speaks,
)
from app.extract.people.wording import Wording

# Offices that "Mr." and "Madam" stand before without a name.
ADDRESSED = frozenset("president speaker chairman chairwoman minister secretary ambassador mayor senator governor".split())
LONGEST_NAME = 8
# How likely the network takes a name for a person's: one word that nothing else marks as one; one that stands where people
# do; several words; several of which the first is a given name; words that also mean something else (Chad, June, Finn); and
# a word before a name that is no part of it. Chosen on the development parts of GAP and worldwide newswire.
LONE, PLACED, MANY, GIVEN, SURE, STRANGE = 0.95, 0.8, 0.7, 0.2, 0.9, 0.2
SHOUTED = 0.02  # as GIVEN, where all is in capitals, of which the network has seen little
SHORTEST_SHOUT = 3
LONGEST_INITIALS = 2  # "JK Rowling", which are no acronym


def find_names(wording: Wording) -> list[Reference]:
    """Every name of the text in reading order."""
    sentences = wording.layout.sentences
    names = list(_read_runs(wording, range(len(sentences)), frozenset()))
    full = (name.words for name in names if name.kind == "person" and len(name.words) > 1)
    surnames = frozenset(word for words in full for word in _surnames(words) if _is_everyday_too(word))
    # Where a Dean or a Young is named in full, the word alone is a name too, so what has it is read once more.
    with_them = [i for i, s in enumerate(sentences) if not surnames.isdisjoint(wording.words[s.first : s.last])]
    again = frozenset(with_them)
    others = [name for name in names if name.sentence not in again]
    return sorted([*others, *_read_runs(wording, with_them, surnames)], key=lambda name: name.sentence)


def _surnames(words: tuple[str, ...]) -> tuple[str, ...]:
    """The surname, which stands first before a Korean or Chinese given name ("Son Jae-il")."""
    return (words[-1], words[0]) if "-" in words[-1] else (words[-1],)


def _is_everyday_too(word: str) -> bool:
    return is_office(word) or word in vocabulary().common_words


def _read_runs(wording: Wording, sentences: Iterable[int], surnames: frozenset[str]) -> Iterator[Reference]:
    for setting, first, last in find_runs(wording, sentences, surnames):
        yield from _read_run(wording, setting, first, last)


def _read_run(wording: Wording, setting: Setting, first: int, last: int) -> Iterator[Reference]:
    """The names in a run of capitals: usually one, more where a title, a place or a headline's words stand between."""
    setting = _heard(wording, setting, first, last)
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
    if not titled and _names_office(wording, start, last):
        yield from _known_in(wording, setting, start, last)
        return
    if titled and start < last - 2 and _is_generic(wording.words[start]):
        start += wording.words[start + 1] in gazetteer().given_names
    if not titled:
        peeled = _past_adjectives(wording, start, last)
        yield from _known_in(wording, setting, start, peeled)
        start = peeled
    yield from _read_rest(wording, setting, first, start, last, titled)


def _heard(wording: Wording, setting: Setting, first: int, last: int) -> Setting:
    """The setting of a run all in capitals, which tell as little as those of a headline ("BREAKING NEWS ABOUT")."""
    texts = [token.text for token in wording.layout.tokens[first:last]]
    shouted = setting.shouted or (len(texts) >= SHORTEST_SHOUT and all(text.isupper() for text in texts))
    return replace(setting, shouted=True, title_case=True) if shouted else setting


def _past_starters(wording: Wording, setting: Setting, first: int, last: int) -> int:
    """Past the capitalised words that open a sentence or a headline without belonging to a name."""
    words = vocabulary()
    while first < last and not _begins_name(wording, first, last):
        word = wording.words[first]
        opens = setting.title_case or _opens_clause(wording, setting, first)
        common = opens and word in words.common_words and not is_title(wording, first)
        if common and word in gazetteer().given_names and first + 1 < last and not setting.title_case:
            break
        if common and word in setting.surnames and last - first == 1 and acts(wording, setting, last):
            break
        if word not in words.function_words and word not in words.determiners and not common:
            break
        if wording.is_acronym(first) and not setting.shouted:  # "US", "IT" and "WHO" are no pronouns
            break
        if common and _begins_organization(wording, first, last):
            break
        first += 1
    return first


def _begins_name(wording: Wording, first: int, last: int) -> bool:
    """Whether a word, whatever else it means, and the next are surely a person's name: "June Doe"."""
    return last - first > 1 and min(wording.chances[first : first + 2]) >= SURE


def _is_surely_person(wording: Wording, first: int, last: int) -> bool:
    return wording.chance_of_person(first, last) >= SURE


def _opens_clause(wording: Wording, setting: Setting, index: int) -> bool:
    return index == setting.first or not wording.layout.tokens[index - 1].text[0].isalnum()


def _begins_organization(wording: Wording, first: int, last: int) -> bool:
    return last - first > 1 and _is_organization(wording, first, last)


def _known(wording: Wording, setting: Setting, first: int, last: int) -> Reference | None:
    """The run as a whole, where the gazetteer has it."""
    names, phrase = gazetteer(), wording.phrase(first, last)
    if _is_surely_person(wording, first, last):
        return None
    if phrase in names.organizations and (last - first > 1 or _is_plainly_known(wording, setting, first)):
        return _name(wording, setting, first, last, "organization")
    if phrase in names.places and not (names.given_names.get(phrase) and speaks(wording, last)):
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
    if _is_address(wording.words[first]):
        return False
    if any(wording.words[i] in words.openers and wording.words[i + 1] in AFTER_OPENER for i in range(first, last - 1)):
        return True
    if wording.layout.tokens[first + 1].text == "&":
        return True
    if ending not in words.last_words:
        return False
    return last - first > 2 or names.given_names.get(wording.words[first]) is None or ending in words.institutions


def _past_titles(wording: Wording, setting: Setting, first: int, last: int) -> tuple[int, bool]:
    """Where the name begins after the last title in the run, and whether there is one."""
    start, index = first, first
    named = False
    while index < last:
        phrase = wording.longest_phrase(index, last, vocabulary().title_phrases)
        if phrase > index:
            index = start = phrase
            continue
        christened = index == first == last - 2 and wording.words[index] in gazetteer().also_surnames
        before_given = index < last - 2 and wording.words[index + 1] in gazetteer().given_names
        described = is_title(wording, index) or _opens_as_description(wording, setting, index)
        title = described and index < last - 1 and (before_given or not named)
        if title and not christened:
            start = index + 1
        named = named or wording.words[index] in gazetteer().given_names
        index += 1
    if start > first and start == last - 1 and wording.words[start] in vocabulary().titles:
        return last, False
    if start == last - 1 and _is_bare_office(wording, setting, first, start):
        return last, False
    if start == last or (start > first and start == last - 1 and not _fits_title(wording, start)):
        return last, False
    if start > first and setting.shouted and not _fits_shouted_title(wording, start):
        return last, False
    return start, start > first


def _opens_as_description(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether a noun for people has its capital from the start of the sentence only: "Neighbour Jane Doe"."""
    word, names = wording.words[index], gazetteer().given_names
    followed = index + 1 < setting.last and wording.words[index + 1].partition("-")[0] in names
    return index == setting.first and word in vocabulary().people and word not in names and followed


def _names_office(wording: Wording, first: int, last: int) -> bool:
    """Whether the capitals are an office and nobody's name: the "National Publicity Secretary" of a party."""
    if last - first < 2 or not is_office(wording.words[last - 1]) or wording.words[last : last + 1] == ("'",):
        return False
    if any(wording.words[index] in gazetteer().given_names for index in range(first, last - 1)):
        return False
    following = wording.words[last] if last < len(wording.words) else ""
    determined = first > 0 and wording.words[first - 1] in vocabulary().determiners
    return following in {"of", "to", "for"} or (determined and _is_generic(wording.words[first]))


def _is_bare_office(wording: Wording, setting: Setting, first: int, index: int) -> bool:
    """Whether the word, the last of a run, means the office ("the President") and not somebody of that name."""
    if not is_office(wording.words[index]) or _is_addressed(wording, first, index):
        return False
    determined = index > setting.first and wording.words[index - 1] in vocabulary().determiners
    return determined or wording.words[index] not in setting.surnames


def _is_addressed(wording: Wording, first: int, index: int) -> bool:
    """Whether an abbreviated title or "Mr." stands before the word, which is then a surname even if it is "King"."""
    return index > first and _is_address(wording.words[index - 1]) and wording.words[index] not in ADDRESSED


def _is_address(word: str) -> bool:
    return word in vocabulary().courtesy or word in vocabulary().titles


def _fits_title(wording: Wording, index: int) -> bool:
    # "Head Start" and "Captain Marvel" against "Leader McConnell": a common word needs a plain title before it.
    return _is_address(wording.words[index - 1]) or wording.words[index] not in vocabulary().common_words


def _fits_shouted_title(wording: Wording, start: int) -> bool:
    """Whether the word may be a name where every word has capitals: "SOLDIERS GUARDING" names nobody."""
    title, word = wording.words[start - 1], wording.words[start]
    singular = title not in vocabulary().plurals and not (title.endswith("s") and title[:-1] in vocabulary().offices)
    return _is_address(title) or (singular and not word.endswith(("ing", "ed", "ly")))


def _past_adjectives(wording: Wording, first: int, last: int) -> int:
    """Past nationalities, creeds, parties and places that stand before a name."""
    names = gazetteer()
    while first < last - 1 and not _begins_name(wording, first, last):
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
        if (
            end == first
            and wording.words[first] in vocabulary().common_words
            and wording.words[first] not in names.given_names
        ):
            end = first + (first < last - 2 and wording.words[first + 1] in names.given_names)
        if end == first:
            break
        first = end
    return first


def _is_generic(word: str) -> bool:
    words, names = vocabulary(), gazetteer()
    generic = word in words.common_words or word in words.openers or word in words.last_words or word in names.features
    return generic and word not in names.given_names


def _read_rest(wording: Wording, setting: Setting, lead: int, first: int, last: int, titled: bool) -> Iterator[Reference]:
    for start, end in _pieces(wording, setting, first, last):
        attached = start == first
        known = None if attached and titled else _known(wording, setting, start, end)
        if (
            known is None
            and not titled
            and _is_adjective(wording, start, end)
            and not _is_surely_person(wording, start, end)
        ):
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
        function = word in words.function_words and word not in words.calendar
        spared = wording.is_acronym(index) and not setting.shouted
        if wording.is_name_like(index) and (common or function) and not spared:
            if start < index:
                yield start, index
            start = index + 1
    if start < last:
        yield start, last


def _classify(wording: Wording, setting: Setting, lead: int, first: int, last: int, titled: bool) -> Reference:
    if titled and last - first <= LONGEST_NAME:
        return _name(wording, setting, first, last, "person", lead=lead, titled=True)
    if _is_organization(wording, first, last) or is_short_name(wording, setting, first, last):
        return _name(wording, setting, first, last, "organization")
    if last - first > LONGEST_NAME:
        return _name(wording, setting, first, last, None)
    first = _past_strangers(wording, setting, first, last)
    chance = wording.chance_of_person(first, last)
    if is_shaped_like_a_person(wording, setting, first, last) and chance >= (SHOUTED if setting.shouted else GIVEN):
        last = past_surname(wording, setting, first, last)
        return _name(wording, setting, first, last, "person", lead=lead)
    role_before = has_role_before(wording, setting, first)
    attached = first > setting.first and wording.words[first - 1] in vocabulary().institutions and not role_before
    if attached and not _is_surely_person(wording, first, last):
        return _name(wording, setting, first, last, "organization")
    if last - first == 1:
        return _classify_word(wording, setting, lead, first)
    told = role_before or person_follows(wording, setting, last)
    fits = could_be_person(wording, setting, first, last, told or chance >= LONE)
    fits = fits or _is_named(wording, setting, first, last)
    weak = fits and chance >= MANY and not has_article(wording, setting, first)
    return _name(wording, setting, first, last, "person" if weak else None, lead=lead, weak=weak and not told)


def _classify_word(wording: Wording, setting: Setting, lead: int, index: int) -> Reference:
    chance, following = wording.chance_of_person(index, index + 1), index + 1
    role_before = has_role_before(wording, setting, index)
    if not role_before and is_called_it(wording, setting, following):
        return _name(wording, setting, index, following, "organization")
    if is_called_by_surname(wording, setting, index):
        return _name(wording, setting, index, following, "person", lead=lead)
    is_placed = role_before or acts(wording, setting, following)
    fits = could_be_surname(wording, setting, index) or _is_named(wording, setting, index, following)
    person = fits and (chance >= LONE or (is_placed and chance >= PLACED))
    return _name(wording, setting, index, following, "person" if person else None, lead=lead, weak=chance < LONE)


def _past_strangers(wording: Wording, setting: Setting, first: int, last: int) -> int:
    """Past what stands before a person's name: acronyms, and words that the network leaves out of the name.

    What an article opens goes on to its noun, whoever is named inside ("the Merry Mike film").
    """
    if has_article(wording, setting, first):
        return first
    while last - first > 1 and wording.chance_of_person(first + 1, last) > PLACED:
        capitals = wording.is_acronym(first) and not wording.is_initial(first) and not setting.shouted
        acronym = capitals and len(wording.words[first]) > LONGEST_INITIALS
        if not acronym and wording.chances[first] >= STRANGE:
            break
        first += 1
    return first


def _is_named(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    """Whether the words, which mean something else too, are surely a person's name here."""
    is_headline = setting.title_case and any(word in vocabulary().common_words for word in wording.words[first:last])
    return _is_surely_person(wording, first, last) and not is_headline and not has_article(wording, setting, first)


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
        located=_is_located(wording, setting, first, last),
    )


def _is_located(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    before = wording.words[first - 1] if first > setting.first else ""
    return before in vocabulary().locatives and not wording.possessives[last - 1]


def _gender(wording: Wording, lead: int, first: int, words: tuple[str, ...]) -> Gender | None:
    """What the title, else the given name, says of its bearer's gender."""
    for word in reversed(wording.words[lead:first]):
        if word in vocabulary().genders:
            return vocabulary().genders[word]
    names = gazetteer()
    if len(words) > 1 or (words and lead == first and words[0] not in names.also_surnames):
        return names.given_names.get(words[0]) or names.given_names.get(words[0].partition("-")[0])
    return None
