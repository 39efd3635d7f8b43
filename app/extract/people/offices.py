"""Who holds which office in a text, so that "the senator" can stand for the one senator it names."""

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.people.entities import Entity
from app.extract.people.mentions import Reference
from app.extract.people.role import role_start
from app.extract.people.wording import Wording

# The noun that a written title stands for, and the titles that a wider noun covers.
TITLE_NOUNS = {
    "sen.": "senator",
    "rep.": "representative",
    "gov.": "governor",
    "gen.": "general",
    "col.": "colonel",
    "lt.": "lieutenant",
    "capt.": "captain",
    "sgt.": "sergeant",
    "adm.": "admiral",
    "maj.": "major",
    "prof.": "professor",
    "amb.": "ambassador",
    "det.": "detective",
    "dr.": "doctor",
}
COVERED = {
    "congressman": ("representative",),
    "congresswoman": ("representative",),
    "lawmaker": ("senator", "representative"),
    "legislator": ("senator", "representative"),
    "spokesperson": ("spokesman", "spokeswoman"),
    "premier": ("prime minister",),
    "pm": ("prime minister",),
}

# Of those whose titles have one of these, news tells the party as another name: "the New York Democrat".
SEATED = vocabulary().american_titles | vocabulary().representing | {"senate"}


class Offices:
    """The holders of every office named so far, by office alone and by office with nation or party."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._holders: dict[tuple[str, str | None], dict[int, Entity]] = {}
        self._told: dict[int, set[str]] = {}
        self._seated: dict[int, None] = {}

    def learn(self, reference: Reference, entity: Entity) -> None:
        """Note the offices that stand before the name `reference`."""
        start = role_start(self._wording, reference)
        qualities = self._qualities(start, reference.first)
        self._told.setdefault(entity.number, set()).update(qualities)
        for index in range(start, reference.first):
            self._note(index, qualities, entity)
            if self._wording.words[index] in SEATED:
                self._seated[entity.number] = None

    def learn_nominal(self, nominal: Reference, entity: Entity) -> None:
        """Note the office of a nominal that describes `entity` ("Jane Doe, the mayor")."""
        qualities = self._qualities(nominal.first, nominal.last)
        self._told.setdefault(entity.number, set()).update(qualities)
        self._note(nominal.last - 1, qualities, entity)

    def holder(self, nominal: Reference) -> Entity | None:
        """The one person who holds the office that `nominal` names; `None` if nobody or several do."""
        quality = next(iter(self._qualities(nominal.first, nominal.last)), None)
        for office in (" ".join(nominal.words[-2:]), nominal.words[-1], *COVERED.get(nominal.words[-1], ())):
            holders = self._holders.get((office, quality))
            if holders:
                return next(iter(holders.values())) if len(holders) == 1 else None
        return None

    def may_mean(self, nominal: Reference, entity: Entity) -> bool:
        """Whether all nations, parties and states in the words of `nominal` have been told of `entity`.

        "The Ohio Democrat" may also be the only one with a seat of whom no party has been told.
        """
        if self._told.get(entity.number, set()).issuperset(self._qualities(nominal.first, nominal.last)):
            return True
        parties = {*gazetteer().parties.values()}
        untold = [number for number in self._seated if parties.isdisjoint(self._told.get(number, ()))]
        return nominal.words[-1] in gazetteer().parties and untold == [entity.number]

    def _note(self, index: int, qualities: list[str], entity: Entity) -> None:
        words = self._wording.words
        office = TITLE_NOUNS.get(words[index], words[index])
        if office not in vocabulary().offices:
            return
        for name in (office, f"{words[index - 1]} {office}"):
            for quality in (None, *qualities):
                self._holders.setdefault((name, quality), {})[entity.number] = entity

    def _qualities(self, first: int, last: int) -> list[str]:
        """Nations, parties and states among the words of the tokens."""
        names, words = gazetteer(), self._wording.words[first:last]
        tables = (names.demonyms, names.parties, names.states)
        return [quality for word in words for table in tables if (quality := table.get(word))]
