"""How well an extraction agrees with what people annotated, part by part.

Spans are compared as sets of words, so that quotation marks and punctuation do not count. Two attributions match strictly
when their contents overlap by 0.8 (intersection over union), as in evaluations on PolNeAR.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.evaluation import STRICT, words_in
from app.extract.document import Document, Extraction, Quote, Speaker, WeaponFact
from app.names import name_key


@dataclass(frozen=True)
class Score:
    """Counts of one comparison."""

    right: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.predicted + self.gold) if self.predicted + self.gold else 0.0


@dataclass(frozen=True)
class Comparison:
    """One article's extraction beside its gold annotation (the plain form of `tests/gold/*.json`)."""

    document: Document
    extraction: Extraction
    gold: dict[str, Any]

    def words(self, spans: Iterable[Sequence[int]]) -> frozenset[int]:
        """Where each word inside `spans` begins."""
        return words_in(self.document.text, [(start, end) for start, end in spans])

    def speaker(self, id: str | None) -> Speaker | None:
        return next((speaker for speaker in self.extraction.speakers if speaker.id == id), None)

    def is_speaker(self, gold_name: str | None, id: str | None) -> bool:
        """Whether the speaker `id` is the one of that name; nobody, or nobody known by name, where gold has none."""
        speaker = self.speaker(id)
        if gold_name is None:
            return speaker is None or speaker.anonymous
        return speaker is not None and self.same_name(gold_name, speaker.name)

    def same_name(self, gold_name: str, name: str) -> bool:
        entry = next((each for each in self.gold["speakers"] if each["name"] == gold_name), {"name": gold_name})
        return name_key(name) in {name_key(known) for known in (entry["name"], *entry.get("aliases", ()))}

    def attributions(self) -> Score:
        gold = [self.words(each["content"]) for each in self.gold["attributions"]]
        predicted = [self.words(quote.content) for quote in self.extraction.quotes]
        return Score(_matched(gold, predicted, _overlap_is_strict), len(predicted), len(gold))

    def covering(self, span: Sequence[int]) -> list[Quote]:
        """The quotes whose content has four fifths of the words of `span`."""
        wanted = self.words([span])
        quotes = self.extraction.quotes
        return [quote for quote in quotes if len(wanted & self.words(quote.content)) >= STRICT * len(wanted)]

    def direct_quotes_found(self) -> float:
        found = [bool(self.covering(each["span"])) for each in self.gold["direct_quotes"]]
        return sum(found) / len(found)

    def direct_quotes_with_the_right_speaker(self) -> float:
        direct = self.gold["direct_quotes"]
        right = [
            any(self.is_speaker(each["speaker"], quote.speaker) for quote in self.covering(each["span"])) for each in direct
        ]
        return sum(right) / len(right)

    def pull_quotes_told_apart(self) -> float:
        pulls = [self.words([each["span"]]) for each in self.gold["pull_quotes"]]
        own = [self.words(quote.content) for quote in self.extraction.quotes if quote.same_as is None]
        return sum(all(2 * len(pull & words) <= len(pull | words) for words in own) for pull in pulls) / len(pulls)

    def boilerplate_hits(self) -> int:
        boilerplate = self.words(self.gold["boilerplate"])
        return sum(bool(boilerplate & self.words(quote.content)) for quote in self.extraction.quotes)

    def speaking(self) -> list[Speaker]:
        """Those who have a name and a quote, a stance or a claim."""
        found = self.extraction
        ids = {quote.speaker for quote in found.quotes} | {stance.speaker for stance in found.stances}
        ids |= {fact.claimed_by for fact in found.weapon_facts}
        return [speaker for speaker in found.speakers if speaker.id in ids and not speaker.anonymous]

    def speakers(self) -> Score:
        names = [each["name"] for each in self.gold["speakers"]]
        predicted = [speaker.name for speaker in self.speaking()]
        return Score(_matched(names, predicted, self.same_name), len(predicted), len(names))

    def descriptions(self) -> Score:
        """Role, party and country of the speakers that were found."""
        right = predicted = gold = 0
        for entry in self.gold["speakers"]:
            speaker = next((each for each in self.speaking() if self.same_name(entry["name"], each.name)), None)
            for field in ("role", "affiliation", "party", "country") if speaker else ():
                stated, found = entry.get(field), getattr(speaker, field)
                gold += stated is not None
                predicted += found is not None
                right += stated is not None and found is not None and bool(_key_words(stated) & _key_words(found))
        return Score(right, predicted, gold)

    def stances(self) -> float:
        right = 0
        for expected in self.gold["stances"]:
            stances = [each for each in self.extraction.stances if self.is_speaker(expected["speaker"], each.speaker)]
            polarities = [stance.polarity for stance in stances if stance.topic == expected["proposition"]]
            right += bool(polarities) and max(polarities, key=polarities.count) == expected["polarity"]
        return right / len(self.gold["stances"])

    def weapon_facts(self) -> Score:
        gold, predicted = self.gold["weapon_facts"], self.extraction.weapon_facts
        return Score(_matched(gold, predicted, _same_fact), len(predicted), len(gold))


def _matched(gold: Sequence[Any], predicted: Sequence[Any], same: Callable[[Any, Any], bool]) -> int:
    left = list(predicted)
    matched = 0
    for each in gold:
        found = next((index for index, other in enumerate(left) if same(each, other)), None)
        if found is not None:
            del left[found]
            matched += 1
    return matched


def _overlap_is_strict(gold: frozenset[int], predicted: frozenset[int]) -> bool:
    return len(gold & predicted) >= STRICT * len(gold | predicted)


def _key_words(text: str) -> set[str]:
    return set(name_key(text).split())


def _same_fact(gold: dict[str, Any], fact: WeaponFact) -> bool:
    weapons = [{word.rstrip("s") for word in _key_words(name)} for name in (gold["weapon"], fact.weapon)]
    return gold["attribute"] == fact.attribute and bool(weapons[0] & weapons[1]) and gold["value"] == fact.value
