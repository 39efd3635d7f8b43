"""Who is who across articles.

An article's word on somebody is a *persona*: a name with the country, party and constituency that the article gives. All
articles that say the same share one. Which personas are one speaker is decided here, as a pure function of all personas
whose names could be one speaker's: whatever came first, the same articles make the same speakers. What a person or a
reference file has decided is *held* and stays. Where it is not sure, personas stay apart, since two people under one name
are a worse error than one person under two; `likeness` then says how much they have in common.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from app.extract.document import SpeakerKind
from app.ingest.naming import formal_given, is_generic, read_name, relation
from app.names import name_key
from app.tables import Holder

FACETS = ("country", "party", "constituency", "role", "affiliation")

# What has to agree for two spellings to be one person's name; a constituency says as much as two others.
NEEDED_OF_VARIANTS = 2
WEIGHTY = frozenset(["constituency"])
REFERENCE = "of a reference"
# Where several people bear a name, an article that only names him means the one of whom so large a share speaks.
DOMINANT = 0.8


@dataclass(frozen=True, slots=True)
class Persona:
    """What articles say alike of somebody under one name.

    Of a speaker with a full name, `role` and `affiliation` are `None`: they change, and the others tell enough. `articles`
    is how many there are, `speaker` whose it was until now, `held` who has decided that.
    """

    id: int
    kind: SpeakerKind
    name: str
    country: str | None = None
    party: str | None = None
    constituency: str | None = None
    role: str | None = None
    affiliation: str | None = None
    articles: int = 1
    speaker: int | None = None
    held: Holder | None = None

    @property
    def facets(self) -> tuple[str | None, ...]:
        """The values of `FACETS`."""
        return self.country, self.party, self.constituency, self.role, self.affiliation


def is_lone(kind: SpeakerKind, name: str) -> bool:
    """Whether `name` is a person's surname, first name or nickname alone, which thousands bear."""
    return kind == "person" and not read_name(name).is_full


@dataclass(slots=True, eq=False)
class Group:
    """Personas of one speaker and what is known of them; `speaker` is set where that is held.

    `articles` counts those of each member.
    """

    speaker: int | None = None
    members: list[Persona] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=lambda: {facet: set() for facet in FACETS})
    articles: int = 0

    def add(self, persona: Persona) -> None:
        """Take `persona` in."""
        self.members.append(persona)
        self.articles += persona.articles
        for facet, value in zip(FACETS, persona.facets, strict=True):
            if value is not None:
                self.known[facet].add(value)


def gather(personas: Iterable[Persona], apart: Collection[frozenset[int]] = ()) -> list[Group]:
    """The speakers that `personas`, all of one block, make; `apart` are pairs of ids that an article tells apart.

    Held ones begin; then those of whom most is known, so that who is only named finds everybody whom he could be.
    """
    personas = sorted(personas, key=_rank)
    groups, undecided = Groups(), list[Group]()
    for persona in personas:
        if persona.held is not None and persona.speaker is not None:
            groups.add(persona, groups.held(persona.speaker))
    for persona in personas:
        if persona.held is None:
            fitting = [group for group in groups.named_alike(persona) if _fits(persona, group, apart)]
            chosen = _chosen(persona, fitting)
            if chosen is None:
                chosen = Group()
                undecided += [chosen] if fitting else []
            groups.add(persona, chosen)
    return _settled(groups, undecided, apart)


def _settled(groups: "Groups", undecided: Sequence[Group], apart: Collection[frozenset[int]]) -> list[Group]:
    """The groups, when those that could be several have been looked at once more beside all that came after them."""
    gone: set[int] = set()
    for group in sorted(undecided, key=lambda each: (each.articles, _rank(each.members[0]))):
        alike = [each for each in groups.named_alike(group.members[0]) if each is not group and id(each) not in gone]
        fitting = [each for each in alike if all(_fits(member, each, apart) for member in group.members)]
        main = _dominant(fitting)
        if main is not None:
            gone.add(id(group))
            for member in group.members:
                main.add(member)
    return [group for group in groups.all if id(group) not in gone]


class Groups:
    """The groups of a block, to be found by given name or role: a thousand Smiths are not looked through for each."""

    def __init__(self) -> None:
        self.all: list[Group] = []
        self._by_name: defaultdict[str, list[Group]] = defaultdict(list)
        self._held: dict[int, Group] = {}

    def held(self, speaker: int) -> Group:
        """The group of the speaker whom somebody has decided on."""
        return self._held.setdefault(speaker, Group(speaker))

    def add(self, persona: Persona, group: Group) -> None:
        """Put `persona` into `group`."""
        if not group.members:
            self.all.append(group)
        for name in _indexed(persona):
            own = self._by_name[name]
            if group not in own[-1:]:
                own.append(group)
        group.add(persona)

    def named_alike(self, persona: Persona) -> list[Group]:
        """The groups in which somebody has this given name, or an initial in place of one; of a lone name, this role."""
        names = _indexed(persona)
        if len(names[0]) == 1:
            return self.all
        anchors = [REFERENCE] if is_lone(persona.kind, persona.name) else [names[0][:1]]
        found = [group for name in (*names, *anchors) for group in self._by_name[name]]
        return list({id(group): group for group in found}.values())


def _indexed(persona: Persona) -> list[str]:
    """By what a persona's group is found: the given name, or of a lone name the role and whether a reference gives it."""
    if persona.kind != "person":
        return [""]
    if not is_lone(persona.kind, persona.name):
        return [formal_given(persona.name)]
    return [f"as {persona.role}", *([REFERENCE] if persona.held == "reference" else [])]


def _rank(persona: Persona) -> tuple[object, ...]:
    known = sum(value is not None for value in persona.facets)
    return -known, -persona.articles, persona.name, *(value or "" for value in persona.facets), persona.id


def _fits(persona: Persona, group: Group, apart: Collection[frozenset[int]]) -> bool:
    if _conflicts(persona, group) or any(frozenset((persona.id, member.id)) in apart for member in group.members):
        return False
    if persona.kind != "person":
        return not is_generic(persona.name) or len(_agreements(persona, group)) > 0
    relations = {relation(persona.name, member.name) for member in group.members}
    if "other" in relations:
        return False
    agreements = _agreements(persona, group)
    if is_lone(persona.kind, persona.name):
        return any(member.held == "reference" for member in group.members) or ("role" in agreements and len(agreements) > 1)
    weight = sum(2 if facet in WEIGHTY else 1 for facet in agreements)
    return "same" in relations or weight >= NEEDED_OF_VARIANTS


def _agreements(persona: Persona, group: Group) -> list[str]:
    return [facet for facet, value in zip(FACETS, persona.facets, strict=True) if value in group.known[facet]]


def _conflicts(persona: Persona, group: Group) -> bool:
    """Whether what is said of the two excludes that they are one; who changes party keeps the constituency."""
    differing = _differing(persona, group)
    if differing == {"party"}:
        return persona.constituency is None or persona.constituency not in group.known["constituency"]
    return bool(differing)


def _differing(persona: Persona, group: Group) -> set[str]:
    telling = ("country", "party", "constituency")
    return {
        facet
        for facet in telling
        if (value := getattr(persona, facet)) is not None and group.known[facet] and value not in group.known[facet]
    }


def _chosen(persona: Persona, fitting: Sequence[Group]) -> Group | None:
    """The group with which `persona` has most in common; of several alike, the one of which nearly all articles speak."""
    most = max((len(_agreements(persona, group)) for group in fitting), default=0)
    return _dominant([group for group in fitting if len(_agreements(persona, group)) == most])


def _dominant(groups: Sequence[Group]) -> Group | None:
    """The only one, or the one of which nearly all articles speak."""
    total = sum(group.articles for group in groups)
    return next((group for group in groups if len(groups) == 1 or group.articles >= DOMINANT * total), None)


def assign(groups: Sequence[Group]) -> list[int | None]:
    """For each of `groups` the speaker on record that it goes on being, at most one each; `None` for a new one.

    A speaker stays with most of its articles, so that links to it stay good.
    """
    claims: list[tuple[bool, int, int, int]] = []
    for place, group in enumerate(groups):
        articles: defaultdict[int, int] = defaultdict(int)
        for member in group.members:
            if member.speaker is not None:
                articles[member.speaker] += member.articles
        claims += [(group.speaker != speaker, -count, speaker, place) for speaker, count in articles.items()]
    assigned: list[int | None] = [group.speaker for group in groups]
    taken = {*assigned}
    for _, _, speaker, place in sorted(claims):
        if assigned[place] is None and speaker not in taken:
            assigned[place] = speaker
            taken.add(speaker)
    return assigned


def display_name(personas: Iterable[Persona]) -> str:
    """What to call the speaker of `personas`: as most of them do, of names as frequent the longest."""
    own = list(personas)
    counts = Counter(name_key(persona.name) for persona in own)
    best = min(counts, key=lambda key: (is_lone(own[0].kind, key), -counts[key], -len(key), key))
    spellings = (each.name for each in own if name_key(each.name) == best)
    return min(spellings, key=lambda name: (name.isupper(), name))


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that articles say of a speaker: names as they have them, the values of each facet, names of roles as keys."""

    kind: SpeakerKind
    names: frozenset[str]
    known: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two speakers are one, 0 to 1, for ordering and no more; what speaks for it and what against."""

    score: float
    agrees: tuple[str, ...]
    differs: tuple[str, ...]


# What a likeness of names counts, and what each facet adds that agrees or takes away that differs.
SAME_NAME, VARIANT_NAME, SURNAME_ALONE, MISSPELT_NAME = 0.7, 0.5, 0.4, 0.5
LEAST_SPELT_ALIKE = 80.0
AGREEING = {"country": 0.1, "party": 0.1, "constituency": 0.15, "role": 0.15, "affiliation": 0.15}
DIFFERING = {"country": 0.2, "party": 0.1, "constituency": 0.2}
NAMED_TOGETHER = 0.3


def likeness(one: Dossier, other: Dossier, together: int = 0) -> Likeness | None:
    """How much speaks for the two being one; `None` where their names exclude it. `together`: articles that name both."""
    named = max((_names_alike(a, b, one.kind) for a in one.names for b in other.names), default=0.0)
    if not named or one.kind != other.kind:
        return None
    agrees = tuple(facet for facet in AGREEING if one.known[facet] & other.known[facet])
    differs = tuple(facet for facet in DIFFERING if facet not in agrees and one.known[facet] and other.known[facet]) + (
        ("articles",) if together else ()
    )
    against = sum(DIFFERING.get(facet, NAMED_TOGETHER) for facet in differs)
    score = named + sum(AGREEING[facet] for facet in agrees) - against
    return Likeness(round(min(1.0, max(0.0, score)), 2), agrees, differs)


def _names_alike(one: str, other: str, kind: SpeakerKind) -> float:
    keys = name_key(one), name_key(other)
    if kind != "person":
        return SAME_NAME if keys[0] == keys[1] else _spelt_alike(*keys)
    if is_lone(kind, one) or is_lone(kind, other):
        surnames = read_name(one).surname, read_name(other).surname
        return SURNAME_ALONE if surnames[0] == surnames[1] else _spelt_alike(*surnames) * SURNAME_ALONE
    standing = relation(one, other)
    return {"same": SAME_NAME, "variant": VARIANT_NAME}.get(standing) or _spelt_alike(*keys)


def _spelt_alike(one: str, other: str) -> float:
    alike = fuzz.ratio(one, other, score_cutoff=LEAST_SPELT_ALIKE)
    return MISSPELT_NAME * alike / 100
