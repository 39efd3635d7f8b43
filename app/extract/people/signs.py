"""Signs that capitalised words are the name of a person: their shape, given names, and what stands before and after."""

import re

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.people.capitals import Setting
from app.extract.people.wording import Wording

AGE_MAX = 120
PLACE_OPENERS = frozenset(
    [
        "san",
        "santa",
        "santo",
        "são",
        "el",
        "la",
        "los",
        "las",
        "le",
        "st",
        "port",
        "mount",
        "new",
        "te",
        "fort",
        "chiang",
        "etoile",
        "real",
        "atlético",
        "boca",
    ]
)
# At the start of a sentence, where any word has a capital, these endings are those of nouns ("Appeasement has failed").
ABSTRACT = (
    "ment",
    "ments",
    "tion",
    "tions",
    "sion",
    "sions",
    "ness",
    "ity",
    "ities",
    "ism",
    "ists",
    "ings",
    "ance",
    "ence",
    "ology",
)
IN_NAME = 0.9  # how likely, to the network, a word goes on a name that would else end there
CAMEL = re.compile(r"[a-z][A-Z]")


def is_title(wording: Wording, index: int) -> bool:
    """Whether the token is a courtesy, a rank, a written title or an office."""
    words, word = vocabulary(), wording.words[index]
    return word in words.courtesy or word in words.titles or word in words.ranks or is_office(word)


def is_office(word: str) -> bool:
    """Whether `word` names an office or post, in singular or plural."""
    offices, plurals = vocabulary().offices, vocabulary().plurals
    word = word.rpartition("-")[2] or word  # "director-general", "ex-president"
    return word in offices or plurals.get(word) in offices or (word.endswith("s") and word[:-1] in offices)


def has_article(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether an article stands before the token."""
    return index > setting.first and wording.words[index - 1] in {"the", "a", "an"}


def _is_everyday(word: str) -> bool:
    """Whether the word, or the singular that it is the plural of, is one that news mostly writes in lower case."""
    common = vocabulary().common_words
    return word in common or word.removesuffix("s") in common or word.removesuffix("es") in common


def could_be_surname(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether one capitalised word can be a surname by its letters and by what stands before it."""
    before = wording.words[index - 1] if index > setting.first else ""
    word, words, names = wording.words[index], vocabulary(), gazetteer()
    if (
        before in words.determiners
        or before in words.adjectives
        or before in words.locatives
        or setting.title_case
        or not word.isalpha()
    ):
        return False
    everyday = word not in setting.surnames and (_is_everyday(word) or word in words.adjectives or word in names.features)
    if index == setting.first and word.endswith(ABSTRACT) and not speaks(wording, index + 1):
        return False
    if CAMEL.search(wording.layout.tokens[index].text) and not word.startswith(
        ("mc", "mac", "de", "di", "du", "la", "le", "van", "fitz")
    ):
        return False
    return not everyday and word not in names.demonyms and wording.layout.tokens[index].text[:3].istitle()


def is_short_name(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    """Whether the tokens are one word in capitals, as organisations abbreviate their names."""
    return last - first == 1 and not setting.shouted and wording.is_acronym(first)


def is_shaped_like_a_person(wording: Wording, setting: Setting, first: int, last: int) -> bool:
    """Whether the words alone tell a person: a given name, initials, "Jr."."""
    names, words = gazetteer(), vocabulary()
    many = last - first > 1
    if wording.words[first] in names.given_names:
        return many or wording.words[first] not in names.places
    spelt = not all(wording.is_initial(i) for i in range(first, last))
    initials = (spelt and any(wording.is_initial(i) for i in range(first, last - 1))) or _has_bare_initials(
        wording, first, last
    )
    known_place = wording.longest_phrase(first, last, names.places) > first
    ended = wording.words[last - 1] in words.suffixes and not wording.is_acronym(last - 1)
    return many and not known_place and (initials or ended)


def _has_bare_initials(wording: Wording, first: int, last: int) -> bool:
    # "JK Rowling", but neither "US Army" nor "IX Summit"
    if last - first != 2 or wording.is_acronym(first + 1):
        return False
    token, word, names = wording.layout.tokens[first].text, wording.words[first], gazetteer()
    known = word in names.organizations or word in names.places or word in vocabulary().suffixes
    return len(token) == 2 and token.isupper() and not known and wording.words[first + 1] not in names.features


def past_surname(wording: Wording, setting: Setting, first: int, last: int) -> int:
    """End of a person's name before an everyday word ("Jane Doe Day"), in a headline after two words ("Jane Doe Wins")."""
    words, features = vocabulary(), gazetteer().features
    if is_office(wording.words[last - 1]) and last - first > 1 and wording.words[last : last + 1] == ("of",):
        return last - 1  # "Ada Duchess of Kent"
    for index in range(first + 2, last):
        word, before = wording.words[index], wording.words[index - 1]
        inner = before in words.particles or wording.is_initial(index - 1) or word in words.suffixes
        if inner or word in words.particles:
            continue
        doubtful = word in words.common_words or word in features or setting.title_case
        if doubtful and wording.chances[index] < IN_NAME:
            return index
    return last


def is_called_by_surname(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether the word is the surname of somebody so well known that news gives no other."""
    if wording.is_acronym(index) or wording.words[index] not in vocabulary().called_by_surname:
        return False
    if wording.possessives[index]:
        return True
    following = wording.words[index + 1] if index + 1 < setting.last and wording.touches(index + 1) else ""
    attributive = has_article(wording, setting, index) and following not in vocabulary().action_words
    return not attributive


def is_called_it(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether the verb after a name has an "it" or "its" right behind, which no person is: "Acme said it would"."""
    following = wording.words[index + 1 : min(index + 4, setting.last)]
    return speaks(wording, index) and any(word in {"it", "its"} for word in following)


def could_be_person(wording: Wording, setting: Setting, first: int, last: int, told: bool) -> bool:
    """Whether two to four capitals without a given name may be a person's name; `told`: their surroundings say so."""
    if not 2 <= last - first <= 4 or setting.shouted:
        return False
    names, words = gazetteer(), vocabulary()
    if wording.longest_phrase(first, last, names.places) > first:
        return False
    if not told and (
        wording.words[first] in PLACE_OPENERS
        or any(wording.words[i] in names.features or wording.words[i] in names.places for i in range(first, last))
    ):
        return False
    everyday = words.common_words
    if told and wording.words[last - 1] not in everyday:
        everyday = frozenset()  # "president Son Jae-il"
    return not any(
        wording.words[i] in everyday
        or wording.words[i] in words.adjectives
        or wording.words[i] in names.demonyms
        or (wording.is_acronym(i) and not setting.shouted)
        or not any(c.isalpha() for c in wording.words[i])
        for i in range(first, last)
    )


def has_role_before(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether an office in lower case stands before the token."""
    return index > setting.first and is_office(wording.words[index - 1]) and wording.touches(index)


def speaks(wording: Wording, index: int) -> bool:
    """Whether a verb of speech or "who" stands at the token."""
    words = wording.words
    return index < len(words) and (words[index] in vocabulary().speech_verbs or words[index] in {"who", "whose"})


def acts(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether what follows a capitalised word shows that somebody acts, speaks or owns."""
    if index >= setting.last or not wording.touches(index):
        return False
    word, words = wording.words[index], vocabulary()
    if wording.possessives[index - 1]:
        return word in words.owned_by_people
    past = len(word) > 4 and word.endswith("ed") and word not in words.firm_verbs
    return past or word in words.action_words or word in words.speech_verbs


def person_follows(wording: Wording, setting: Setting, index: int) -> bool:
    """Whether what stands after a name tells a person: a verb of speech, "who", an age."""
    if index >= setting.last:
        return False
    words = wording.words
    if speaks(wording, index):
        return True
    if words[index] != "," or index + 1 >= setting.last:
        return False
    following = words[index + 1]
    age = following.isdecimal() and len(following) <= 3 and 1 < int(following) <= AGE_MAX
    return age or following in {"who", "whose"} or is_office(following) or _has_office_soon(wording, index, setting)


def _has_office_soon(wording: Wording, index: int, setting: Setting) -> bool:
    """Whether an apposition with an office begins after the comma at `index` ("Jane Doe, the party's treasurer,")."""
    for place in range(index + 1, min(index + 8, setting.last)):
        word = wording.words[place]
        if is_office(word) and not wording.is_name_like(place):
            return True
        if not word[0].isalnum():
            return False
    return False
