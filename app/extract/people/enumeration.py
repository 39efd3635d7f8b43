"""What is said of several people at once: "Presidents Ana Torres and Jan Kos", "painters such as Jan Kos and Ada Lis"."""

from collections.abc import Iterator, Sequence

from app.extract.gazetteer import vocabulary
from app.extract.people.mentions import Reference
from app.extract.people.nominals import read_head
from app.extract.people.origin import read_adjectives
from app.extract.people.posts import singular_post
from app.extract.people.role import read_role_before, role_start
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

MOST_NAMES = 8
LONGEST_GAP = 8  # words from a noun to "such as": "painters who made a name for themselves, such as"
JOINTS = frozenset([",", "and", "or", "&", "of", "the"])
INTRODUCING = (("such", "as"), ("among", "them"), ("including",), ("like",))
SHARED = 0.9  # weight of what is said of several


def read_enumeration(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and country that the name at `index` shares with the others of a list."""
    opening = _opening(wording, references, index)
    first = references[opening]
    if opening != index and singular_post(wording.words[first.first - 1]) is not None:
        start = role_start(wording, first)
        yield from read_role_before(wording, start, first.first)
        yield from read_adjectives(wording, start, first.first)
    group = _group(wording, references, opening)
    if group is not None:
        head = read_head(group.words[-1])
        if head is not None and head.word in vocabulary().offices:
            yield Saying("role", head.word, group.span, SHARED)
        yield from read_adjectives(wording, group.first, group.last)


def _opening(wording: Wording, references: Sequence[Reference], index: int) -> int:
    """The index of the first name of the list that the name at `index` stands in."""
    opening = index
    for before in range(index - 1, max(-1, index - MOST_NAMES), -1):
        name, following = references[before], references[opening]
        if name.sentence != following.sentence:
            break
        if name.kind == "place" or name.last > following.lead:
            continue
        between = wording.words[name.last : following.lead]
        if name.form != "name" or name.kind != "person" or name.possessive or not _joins(wording, between):
            break
        opening = before
    return opening


def _joins(wording: Wording, between: tuple[str, ...]) -> bool:
    """Whether only a comma or "and" stands between two names, and perhaps where the first is from."""
    if not between or not {",", "and"} & {*between}:
        return False
    return all(word in JOINTS for word in between) or (between[0] == "of" and len(between) <= 4 and between[-1] in JOINTS)


def _group(wording: Wording, references: Sequence[Reference], opening: int) -> Reference | None:
    """The plural noun that a list of names gives examples of."""
    lead = references[opening].lead
    begin = next((lead - len(words) for words in INTRODUCING if wording.words[lead - len(words) : lead] == words), None)
    if begin is None:
        return None
    for group in reversed(references[max(0, opening - 3) : opening]):
        if group.sentence != references[opening].sentence or begin - group.last > LONGEST_GAP:
            return None
        if group.form == "nominal" and group.plural and group.kind == "group":
            return group if "," not in wording.words[group.last : begin - 1] else None
    return None
