"""Where the text refers to people, organisations and places: names, nominals ("the senator") and pronouns.

Found by rules over tokens and lexicons, sentence by sentence; who is meant is another question (coreference.py).
"""

from dataclasses import dataclass
from typing import Literal

from app.extract.document import MentionForm, Span
from app.extract.gazetteer import Gender

MentionKind = Literal["person", "organization", "group", "place"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where the text refers to somebody or something.

    `first` and `last` bound its tokens, half-open; `lead` is the first token of what belongs to it on the left (title,
    role, nationality). `words` are a name's words, or the head of a nominal or pronoun, as lexicons write them.
    `kind` is `None` for a name that by itself tells neither a person nor an organisation. `weak` marks a person's name that
    only its shape or what it does speaks for; `located` one that stands after "in" or "at" as places do.
    """

    span: Span
    first: int
    last: int
    lead: int
    form: MentionForm
    kind: MentionKind | None
    words: tuple[str, ...]
    sentence: int
    gender: Gender | None = None
    plural: bool = False
    possessive: bool = False
    titled: bool = False
    weak: bool = False
    located: bool = False
