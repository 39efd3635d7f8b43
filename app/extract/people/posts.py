"""Words that name a post: what somebody does or is, and what such words are told by."""

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.people.wording import Wording

FORMER = frozenset(["former", "ex", "ex-", "then", "late", "onetime", "one-time", "retired", "formerly"])
ARTICLES = frozenset("the a an its his her their our my your another one now currently also".split())
# Nouns for people that are a role beside what one belongs to: "board member Jane Doe", "a student at Acme College".
BELONGING = frozenset(["member", "student", "employee", "volunteer"])
ACRONYMS = frozenset(["us", "it", "who"])  # function words that are organisations or a country in capitals
NOT_HEAD = frozenset(["of", "for", "at", "from", "with", "in", "on", "to", "by"])


def is_post(word: str) -> bool:
    """Whether `word` is a noun for an office or a trade."""
    # "Republican" and "Democrat" are nouns for people too, but tell the party and not the role.
    return (word in vocabulary().offices or word in BELONGING) and word not in gazetteer().parties


def is_role(word: str) -> bool:
    """Whether `word` names a post, or is a title or rank that stands before a name."""
    words = vocabulary()
    return is_post(word) or word in words.titles or word in words.ranks


def singular_post(word: str) -> str | None:
    """The post that `word` is the plural of: "presidents" stands for several of one; `None` if it is none."""
    plurals, offices = vocabulary().plurals, vocabulary().offices
    if word.endswith("s.") and f"{word[:-2]}." in vocabulary().titles:
        return f"{word[:-2]}."  # "Sens. Jane Doe and John Roe"
    singular = plurals.get(word) or word.removesuffix("s")
    return singular if singular != word and singular in offices and word not in offices else None


def in_singular(role: str, post: str) -> str:
    """`role` with `post` for its last word, the capital kept."""
    before, space, last = role.rpartition(" ")
    return before + space + (last[0] + post[1:] if last[0].lower() == post[0] else post)


def head_post(wording: Wording, first: int, last: int) -> int | None:
    """The post at the head of a noun phrase, before any preposition."""
    for index in range(first, last):
        word = wording.words[index]
        if is_post(word) and not _begins_name(wording, index, last):
            return next((i - 1 for i in range(index + 1, last) if not is_post(wording.words[i])), last - 1)
        if word in NOT_HEAD:
            return None
    return None


def _begins_name(wording: Wording, index: int, last: int) -> bool:
    # "General" of "General Services Administration" is no general.
    if index + 1 >= last or not (wording.is_name_like(index) and wording.is_name_like(index + 1)):
        return False
    return not is_post(wording.words[index + 1]) and wording.words[index + 1] not in vocabulary().modifiers


def past_article(wording: Wording, first: int, last: int) -> int:
    """Past articles, possessive pronouns and "now" at the start of a noun phrase."""
    while first < last - 1 and wording.words[first] in ARTICLES:
        first += 1
    return first


def is_function_word(wording: Wording, index: int) -> bool:
    """Whether the token is a preposition, conjunction, pronoun or the like, and no "US" in capitals."""
    word = wording.words[index]
    return word in vocabulary().function_words and not (word in ACRONYMS and wording.is_acronym(index))


def speaks(wording: Wording, index: int) -> bool:
    """Whether a verb of speech stands at the token."""
    return index < len(wording.words) and wording.words[index] in vocabulary().speech_verbs
