"""How likely words are people's names by what a network says of them; the network here says what each case tells."""

import numpy as np
import pytest

from app.extract.layout import read_layout
from app.extract.people.personhood import PERSON, chances_of_person
from app.extract.tagger import LAYERS, LINKS, NAMES, WEIGHTS, Tagging, load_tokenizer, read_pieces

ASKING, ANSWER = LINKS.index("referring"), LINKS.index("antecedent")


def chances(text: str, tagged: list[float], pointed: str = "") -> dict[str, list[float]]:
    """By word, its chances in the order of the text; "Kivu" is `tagged`, place by place, and the pronoun points at `pointed`."""
    pieces = read_pieces(text, load_tokenizer(WEIGHTS / "tokenizer.json"))
    names = np.full((len(pieces), 1 + 2 * len(NAMES)), 1e-6)
    links = np.zeros((len(pieces), len(LINKS), 1), dtype=np.float32)
    layout, told = read_layout(text), iter(tagged)
    for token in layout.tokens:
        stretch = slice(*pieces.overlapping(token.start, token.end))
        names[stretch, PERSON[0]] = next(told) if token.lower == "kivu" else 1e-6
        links[stretch, ASKING] = 30.0 * (token.lower in {"he", "she", "it"})
        links[stretch.start, ANSWER] = float(token.text == pointed)
    marks, distance = np.zeros((len(pieces), len(LAYERS), 3), dtype=np.float32), np.zeros((6, 32), dtype=np.float32)
    tagging = Tagging(pieces, marks, np.log(names).astype(np.float32), links, distance)
    found: dict[str, list[float]] = {}
    for token, chance in zip(
        layout.tokens, chances_of_person(layout, [t.lower for t in layout.tokens], tagging), strict=True
    ):
        found.setdefault(token.lower, []).append(chance)
    return found


def test_a_word_is_judged_by_all_its_places() -> None:
    low, high = chances("Kivu came. Then Kivu left.", [0.1, 0.9])["kivu"]
    assert 0.1 < low < 0.5 < high < 0.9
    assert low + high == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(("pronoun", "is_person"), [("he", True), ("she", True), ("it", False)])
def test_he_and_she_point_at_people(pronoun: str, is_person: bool) -> None:
    (chance,) = chances(f"Kivu left when {pronoun} could.", [0.2], pointed="Kivu")["kivu"]
    assert (chance > 0.8) == is_person


def test_a_text_without_a_word_of_the_article() -> None:
    assert chances("©0", []) == {}


def test_a_text_that_no_network_has_read_leaves_it_to_the_rules() -> None:
    pieces = read_pieces("", load_tokenizer(WEIGHTS / "tokenizer.json"))
    nothing = np.zeros((0, 1 + 2 * len(NAMES)), dtype=np.float32)
    links, marks = np.zeros((0, len(LINKS), 1), dtype=np.float32), np.zeros((0, len(LAYERS), 3), dtype=np.float32)
    tagging = Tagging(pieces, marks, nothing, links, np.zeros((6, 32), dtype=np.float32))
    layout = read_layout("Kivu left.")
    assert set(chances_of_person(layout, [token.lower for token in layout.tokens], tagging)) == {0.8}
