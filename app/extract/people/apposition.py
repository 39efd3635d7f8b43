"""Names that a nominal introduces: "the spokesman, John Doe", "the head of the nurses' union, Jane Doe"."""

from collections.abc import Sequence

from app.extract.gazetteer import vocabulary
from app.extract.people.mentions import Reference
from app.extract.people.wording import Wording

LONGEST_COMPLEMENT = 14  # words between the nominal and the comma before the name
NEAREST = 6  # references among which the name is looked for
COMPLEMENTING = frozenset(["of", "for", "to", "at", "in", "on", "with"])
SAYING = frozenset((verb,) for verb in vocabulary().speech_verbs)
RELATIVE = frozenset(["who", "whose"])
# After a participle, which is no finite verb: "the mayor elected in May".
PARTICIPIAL = COMPLEMENTING | {"by", "as", "from", "after", "into", "last", "this"}
PREDICATES = frozenset("is was are were has had have will would could can did who that".split())


def introduced(wording: Wording, references: Sequence[Reference], index: int) -> int | None:
    """The index of the person's name that the nominal at `index` introduces; `None` if it introduces none."""
    nominal = references[index]
    if nominal.form != "nominal" or nominal.kind != "person" or nominal.possessive:
        return None
    for place in range(index + 1, min(index + NEAREST, len(references))):
        name = references[place]
        if name.sentence != nominal.sentence or name.lead - nominal.last > LONGEST_COMPLEMENT:
            return None
        if name.form == "name" and name.kind == "person" and name.lead > nominal.last:
            if len(name.words) == 1 and wording.words[name.last : name.last + 1] in SAYING:
                return None  # "more than that of the mayor, Doe said"
            return place if _is_complement(wording.words[nominal.last : name.lead]) else None
    return None


def _is_complement(between: Sequence[str]) -> bool:
    """Whether the words up to a name are a comma, or "of …" and a comma, with nothing said in between."""
    if not between or between[-1] != ",":
        return False
    inner = between[:-1]
    if not inner:
        return True
    said = any(word == "," or word in PREDICATES or word in vocabulary().speech_verbs for word in inner)
    return inner[0] in COMPLEMENTING and not said


def has_verb_at(wording: Wording, index: int) -> bool:
    """Whether a finite verb stands at the token, so that the phrase before it is a subject and no apposition.

    "When asked about Jane Doe, the mayor laughed", but "Jane Doe, the mayor elected in May, laughed".
    """
    words, known = wording.words, vocabulary()
    if index >= len(words) or not wording.touches(index):
        return False
    word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
    if word in known.speech_verbs or (word in known.action_words and word not in RELATIVE):
        return True
    return len(word) > 3 and word.endswith("ed") and following not in PARTICIPIAL
