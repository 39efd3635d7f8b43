"""What the extraction states of people, against the annotation of DWIE (Zaporojets et al., 2021), end to end from raw text.

    python benchmarks/descriptions.py DWIE.jsonl[.gz] [--limit N] [--misses]

Each line has "tokens" and "people": a name, "mentions" (names as the text has them), "tags" ("type::minister") and
"relations", each [relation, name, link]. The article is rebuilt from its tokens. An annotated person is the speaker whose
names stand most often where the article has the person's; a person without one counts against recall in every field.

    role          the tags that name an occupation or post. Right: a word of the stated role is among those that the tag
                  stands for (`ROLES`), as "foreign minister" is for "minister". DWIE has no words of its own for it.
    affiliation   those a person is a member, head, player, coach, spokesperson or founder of, parties included. Right: a
                  stated affiliation or party has the same words, contains the name or lies within it, or is its acronym.
    country       what a person is a citizen, agent, head or minister of, as an ISO 3166-1 code; a land that is no country
                  (a state of a federation, one that is gone) is left out

Of several annotated values of a field one has to be met, and they count once. Recall is over all people with an annotated
value. Precision is over the stated values of these people: the annotation leaves out much that an article says (a
minister's country, a witness's job), so that what is stated of anybody else cannot be judged; `unjudged` counts it.
Affiliation and party are two stated values. DWIE also has what everybody knows and no article says (Reagan was a
president of the United States); that stays a miss, for nothing is to be stated that the text does not.
"""

import argparse
import gzip
import json
import platform
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from app.extract import VERSION, extract
from app.extract.document import Document, Span, Speaker
from app.extract.gazetteer import gazetteer, key

FIELDS = ("role", "affiliation", "country")
ORGANIZATIONS = frozenset(["member_of", "head_of", "player_of", "coach_of", "spokesperson_of", "founder_of"])
COUNTRIES = frozenset(["citizen_of", "agent_of", "head_of_state", "head_of_gov", "minister_of", "spokesperson_of"])
RULING = "president chancellor premier minister king queen prince emperor empress tsar sultan emir dictator ruler leader"
POLITICAL = (
    f"{RULING} politician lawmaker legislator parliamentarian mp mep congressman congresswoman senator sen. representative "
    "rep. deputy governor gov. mayor secretary chairman chairwoman chair head chief commissioner speaker whip candidate "
    "nominee member ambassador envoy diplomat councilor councillor spokesman spokeswoman spokesperson statesman"
)
LEARNED = (
    "professor prof. lecturer teacher scholar scientist researcher historian philosopher economist expert analyst director"
)
MAKING = "artist author writer novelist poet director filmmaker producer painter sculptor photographer designer composer"
PLAYING = "actor actress star singer musician rapper pianist conductor dj comedian entertainer icon"
# The words that a user would accept for a tag. What somebody suffered, did or is in a story is no occupation.
ROLES = {
    "head_of_state": RULING,
    "head_of_gov": RULING,
    "minister": "minister secretary chancellor",
    "politician": POLITICAL,
    "politician_regional": POLITICAL,
    "politician_local": POLITICAL,
    "politics_per": f"{POLITICAL} {LEARNED} official adviser advisor negotiator strategist",
    "gov_per": f"{POLITICAL} official officer director",
    "artist": f"{MAKING} {PLAYING}",
    "writer": f"{MAKING} journalist essayist",
    "filmmaker": MAKING,
    "actor": f"{MAKING} {PLAYING}",
    "musician": f"{MAKING} {PLAYING}",
    "sport_player": "player striker midfielder defender goalkeeper keeper captain forward winger footballer star champion "
    "athlete runner cyclist driver boxer swimmer playmaker scorer skipper international",
    "sport_coach": "coach manager trainer boss",
    "journalist": "journalist reporter correspondent editor editor-in-chief columnist commentator broadcaster publisher "
    "host",
    "manager": "ceo manager boss chief executive director chairman chairwoman chair head president founder official",
    "employee": "employee manager head official worker engineer economist analyst expert spokesman spokeswoman",
    "business_per": "businessman businesswoman entrepreneur manager head director ceo chairman owner",
    "activist": "activist campaigner director head chairman chairwoman expert leader member worker dissident president "
    "spokesman",
    "teacher": LEARNED,
    "science_per": f"{LEARNED} physicist chemist biologist scholar doctor polymath",
    "health_per": "doctor dr. physician surgeon nurse veterinarian director chief head scientist researcher",
    "culture_per": "curator director head historian expert organizer conductor",
    "clergy": "pope priest father cleric imam rabbi bishop archbishop cardinal pastor preacher ayatollah leader spokesman",
    "advisor": "adviser advisor lawyer attorney prosecutor counsel aide",
    "judge": "judge justice magistrate",
    "justice_per": "judge justice prosecutor lawyer attorney magistrate",
    "police_per": "police officer inspector commissioner chief detective spokesman spokeswoman sheriff",
    "military_personnel": "general gen. colonel col. admiral major maj. captain capt. lieutenant officer commander soldier "
    "chief",
    "military_rebel": "leader commander spokesman fighter rebel militant chief head warlord",
    "union_head": "president head chairman chairwoman leader chief boss",
    "union_rep": "president head chairman leader chief representative official member spokesman",
    "royalty": "king queen prince princess duke duchess emperor empress tsar count countess emir sultan",
}
ACCEPTED = {tag: frozenset(words.split()) for tag, words in ROLES.items()}
EMPTY_WORDS = frozenset("the of for and a an".split())
# A hyphen is a dash, and stands apart, beside one of these.
CLAUSE_WORDS = frozenset(
    "a an the and but or as at by for from in of on to with after before when where which who that this these those is are "
    "was were be has had have he she it they we i you his her its their our some something such including".split()
)
CLOSING, OPENING = frozenset(".,;:!?%)]”’…"), frozenset("([“‘$€#")
MARKS = "\"'"


class Person(NamedTuple):
    """An annotated person: the names in the article, and the values of each field, none where it is not annotated."""

    name: str
    mentions: tuple[str, ...]
    values: dict[str, frozenset[str]]


@dataclass(slots=True)
class Tally:
    """Of one field: stated values of people who are annotated for it and those that are right; people annotated and met."""

    stated: int = 0
    right: int = 0
    annotated: int = 0
    met: int = 0
    unjudged: int = 0

    def add(self, other: "Tally") -> None:
        """Count what `other` counted."""
        for name in Tally.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def f1(self) -> float:
        """Harmonic mean of precision, over stated values, and recall, over annotated people."""
        precision, recall = self.right / max(1, self.stated), self.met / max(1, self.annotated)
        return 2 * precision * recall / max(precision + recall, 1e-9)

    def line(self) -> str:
        """Precision, recall and F1, and what they are of."""
        precision, recall = self.right / max(1, self.stated), self.met / max(1, self.annotated)
        counts = f"{self.right}/{self.stated} stated, {self.met}/{self.annotated} annotated, {self.unjudged} unjudged"
        return f"P {precision:.3f}  R {recall:.3f}  F1 {self.f1:.3f}  ({counts})"


def rows(path: Path) -> Iterator[dict[str, list]]:  # type: ignore[type-arg]
    """The articles of `path`."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def joined(tokens: Sequence[str]) -> str:
    """The text that was taken apart into `tokens`, a paragraph at a line break; spaces around marks are a guess."""
    text, open_marks = "", dict.fromkeys(MARKS, False)
    glued = True
    for index, word in enumerate(tokens):
        before = tokens[index - 1] if index else "\n"
        if word == "\n":
            text, glued, open_marks = text + "\n\n", True, dict.fromkeys(MARKS, False)
            continue
        closes = word in MARKS and (open_marks[word] or (word == "'" and before.endswith("s")))
        hyphen = word == "-" and not _is_dash(tokens, index)
        if not (glued or closes or hyphen or word[0] in CLOSING or (word.startswith(("'", "n't", "n’t")) and word != "'")):
            text += " "
        text += word
        glued = hyphen or word in OPENING or (word in MARKS and not closes) or word == "/"
        if word in MARKS:
            open_marks[word] = not closes
    return text


def _is_dash(tokens: Sequence[str], index: int) -> bool:
    """Whether the hyphen stands between clauses, and not inside "run-off" or "editor-in-chief"."""
    if index == 0 or index + 1 == len(tokens) or not (tokens[index - 1][-1].isalnum() and tokens[index + 1][0].isalnum()):
        return True
    chain = "-" in tokens[max(0, index - 2) : index + 3 : 4]
    return not chain and bool({tokens[index - 1].lower(), tokens[index + 1].lower()} & CLAUSE_WORDS)


def annotated_people(row: dict[str, list]) -> Iterator[Person]:  # type: ignore[type-arg]
    """The people of an article with what DWIE says of each."""
    for person in row["people"]:
        tags = (tag.removeprefix("type::") for tag in person["tags"])
        relations = [(relation.removesuffix("-x"), name, link) for relation, name, link in person["relations"]]
        values = {
            "role": frozenset(tag for tag in tags if tag in ROLES),
            "affiliation": frozenset(_organizations(relations)),
            "country": frozenset(code for kind, *names in relations if kind in COUNTRIES and (code := _country(*names))),
        }
        yield Person(person["name"], tuple(dict.fromkeys(person["mentions"])), values)


def _organizations(relations: Iterable[tuple[str, str | None, str | None]]) -> Iterator[str]:
    for relation, name, link in relations:
        if relation in ORGANIZATIONS and not _country(name, link):
            yield from (known.replace("_", " ") for known in (name, link) if known and not known.startswith("wikidata:"))


def _country(name: str | None, link: str | None) -> str | None:
    names = gazetteer()
    for written in (name, link):
        phrase = key((written or "").replace("_", " ")).removeprefix("the ")
        code = names.countries.get(phrase) or names.demonyms.get(phrase)
        if code:
            return code
    return None


def paired(text: str, people: Sequence[Person], speakers: Sequence[Speaker]) -> dict[int, Speaker]:
    """The speaker of each person, by the person's place in `people`: the one who shares most mentions."""
    places = _places(text, people)
    shared: Counter[tuple[int, int]] = Counter()
    for number, speaker in enumerate(speakers):
        names = [mention.span for mention in speaker.mentions if mention.form == "name"]
        for place, spans in enumerate(places):
            shared[place, number] = sum(any(name.overlaps(span) for name in names) for span in spans)
    found: dict[int, Speaker] = {}
    for (place, number), count in shared.most_common():
        if count and place not in found and speakers[number] not in found.values():
            found[place] = speakers[number]
    return found


def _places(text: str, people: Sequence[Person]) -> list[list[Span]]:
    """Where each person is named; a name inside a longer one of somebody else is not."""
    found: list[tuple[Span, int]] = []
    for place, person in enumerate(people):
        for name in person.mentions:
            pattern = r"(?<!\w)" + r"\s*".join(map(re.escape, re.findall(r"\w+|[^\w\s]", name))) + r"(?!\w)"
            found += [(Span(*match.span()), place) for match in re.finditer(pattern, text)]
    longest = [
        (span, place)
        for span, place in found
        if not any(other.covers(span) and other != span and whose != place for other, whose in found)
    ]
    return [[span for span, whose in longest if whose == place] for place in range(len(people))]


def words(name: str) -> tuple[str, ...]:
    """The words of a name, folded, in order."""
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return tuple(word for word in re.findall(r"[a-z0-9]+", folded) if word not in EMPTY_WORDS)


def same_organization(stated: str, annotated: str) -> bool:
    """Whether two names are alike: the same words, one's words all in the other's, or one an acronym of the other."""
    one, other = words(stated), words(annotated)
    if not one or not other:
        return False
    if {*one} <= {*other} or {*other} <= {*one}:
        return True
    return _is_acronym(one, other) or _is_acronym(other, one)


def _is_acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether the letters of `short` begin words of `long`, in order, the first word's first."""
    letters = iter(word[0] for word in long)
    return (
        len(short) == 1 < len(long)
        and short[0][0] == long[0][0]
        and len(short[0]) > 1
        and all(c in letters for c in short[0])
    )


def is_right(field: str, stated: str, annotated: frozenset[str]) -> bool:
    """Whether a stated value meets one of the annotated ones."""
    if field == "country":
        return stated in annotated
    if field == "affiliation":
        return any(same_organization(stated, name) for name in annotated)
    told = {part for word in stated.lower().split() for part in (word, *word.split("-"))}
    return any(told & ACCEPTED[tag] for tag in annotated)


def stated_values(speaker: Speaker | None, field: str) -> list[str]:
    """What the extraction states of `speaker` in a field of the annotation."""
    if speaker is None:
        return []
    values = (speaker.affiliation, speaker.party) if field == "affiliation" else (getattr(speaker, field),)
    return [value for value in values if value is not None]


def compare(text: str, people: Sequence[Person], speakers: Sequence[Speaker], misses: bool = False) -> dict[str, Tally]:
    """The counts of one article by field; with `misses`, what is not met or not right is printed."""
    known = paired(text, people, [each for each in speakers if each.kind == "person" and not each.anonymous])
    tallies = {field: Tally() for field in FIELDS}
    for place, person in enumerate(people):
        for field, tally in tallies.items():
            annotated, stated = person.values[field], stated_values(known.get(place), field)
            if not annotated:
                tally.unjudged += len(stated)
                continue
            right = sum(is_right(field, value, annotated) for value in stated)
            tally.add(Tally(len(stated), right, 1, right > 0))
            if misses and (not right or right < len(stated)):
                whom = known[place].name if place in known else "nobody"
                print(f"{field:11} {person.name!r} is {whom!r}: {sorted(annotated)}, stated {stated}")
    return tallies


def main() -> None:
    """Print precision, recall and F1 of each field and of all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--misses", action="store_true", help="show every value that is missed or wrong")
    arguments = parser.parse_args()
    articles = list(islice(rows(arguments.articles), arguments.limit))
    for field, tally in measure(articles, arguments.misses).items():
        print(f"{field:12} {tally.line()}")
    print(f"{len(articles)} articles, extractor {VERSION}, Python {platform.python_version()}")


def measure(articles: Iterable[dict[str, list]], misses: bool = False) -> dict[str, Tally]:  # type: ignore[type-arg]
    """What is right of each field in all articles, and of `all` of them."""
    totals = {field: Tally() for field in (*FIELDS, "all")}
    for row in articles:
        text, people = joined(row["tokens"]), list(annotated_people(row))
        for field, tally in compare(text, people, extract(Document(text)).speakers, misses).items():
            totals[field].add(tally)
            totals["all"].add(tally)
    return totals


if __name__ == "__main__":
    main()
