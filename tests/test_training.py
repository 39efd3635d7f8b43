"""What the taggers learn from: labels of who refers to whom, from the formats that they are published in."""

import gzip
from pathlib import Path

import pytest

from app.extract.tagger import WEIGHTS, load_tokenizer, read_pieces
from training.coreference import Story, label_antecedents, read_gap, read_gum

GUM = """\
# newdoc id = one
# newpar
1\tAnn\tAnn\tPROPN\tNNP\t_\t2\tcompound\t_\tEntity=(1
2\tLee\tLee\tPROPN\tNNP\t_\t3\tnsubj\t_\tEntity=1)
3\tleft\tleave\tVERB\tVBD\t_\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t.\t_\t3\tpunct\t_\t_

# newpar
1\tShe\tshe\tPRON\tPRP\t_\t2\tnsubj\t_\tEntity=(1)
2\ttook\ttake\tVERB\tVBD\t_\t0\troot\t_\t_
3\ther\ther\tPRON\tPRP$\t_\t4\tnmod\t_\tEntity=(2(1)
4\tcar\tcar\tNOUN\tNN\t_\t2\tobj\t_\tEntity=2)
5\tand\tand\tCCONJ\tCC\t_\t6\tcc\t_\t_
6\twashed\twash\tVERB\tVBD\t_\t2\tconj\t_\t_
7\tit\tit\tPRON\tPRP\t_\t6\tobj\t_\tEntity=(2)
"""
GAP = "ID\tText\tPronoun\tPronoun-offset\tA\tA-offset\tA-coref\tB\tB-offset\tB-coref\tURL\n" + "\t".join(
    ["1", "Before she sang, Ann Lee thanked Eve.", "she", "7", "Ann Lee", "17", "TRUE", "Eve", "33", "FALSE", "-"]
)


def pointers(story: Story) -> list[tuple[str, str]]:
    """Each labelled piece with the one that it points at."""
    pieces = read_pieces(story.text, load_tokenizer(WEIGHTS / "tokenizer.json"))
    labels = label_antecedents(story.chains, pieces)
    words = [story.text[start:end] for start, end in pieces.spans]
    return [(words[i], words[label]) for i, label in enumerate(labels) if label >= 0]


@pytest.fixture
def gum(tmp_path: Path) -> Path:
    with gzip.open(tmp_path / "gum.gz", "wt", encoding="utf-8") as file:
        file.write(GUM)
    return tmp_path / "gum.gz"


def test_mentions_point_at_the_head_of_the_name_before(gum: Path) -> None:
    (story,) = read_gum(gum)
    assert story.text.split("\n\n") == ["Ann Lee left.", "She took her car and washed it "]
    assert pointers(story) == [("Lee", "Lee"), ("She", "Lee"), ("her", "Lee"), ("car", "car"), ("it", "car")]


def test_a_pronoun_that_comes_first_points_ahead(tmp_path: Path) -> None:
    (tmp_path / "gap.tsv").write_text(GAP)
    (story,) = read_gap(tmp_path / "gap.tsv")
    assert pointers(story) == [("she", "Lee"), ("Lee", "Lee")]
