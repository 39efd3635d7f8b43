"""Distil several taggers into one: python -m training.distil --corpora DIR --base DIR --run DIR --teachers RUN RUN.

The student begins as the first teacher. It goes on learning from the annotated articles, some of them with other names,
and, on news that nobody has annotated, from the mean of what its teachers say there (Hinton, Vinyals and Dean, 2015): where
a decision is doubtful they differ, and their mean says how doubtful it is. It also learns who refers to whom. A checkpoint
and a log are written as in `training.train`.
"""

import argparse
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from app.extract.tagger import BEGIN, LAYERS, OUTSIDE, read_pieces
from training.coreference import Story, label_antecedents, read_gap, read_gum, silver_chains
from training.corpus import Article, batch_windows, cut_article, read_rows
from training.export import load_trained
from training.model import Scores
from training.renaming import rename
from training.train import START, STOP, Training, argument_parser, collate, hide_pieces, run

CUE, CONTENT = LAYERS.index("cue"), LAYERS.index("content")
OF_CUES = ("first", "last", "opens", "closes")
# The annotated articles are among the others too. Of news that is in capitals only, a tenth is enough.
ANNOTATED = {"polnear_train", "polnear_dev"}
CAPITALS, CAPITALS_EACH = "muc34_upper", 10
KEPT = 4  # every so many passages of GAP are kept, to weigh what is learned here against other signs
RENAMED = 0.3  # share of the annotated articles that have other names, for one epoch


def main() -> None:
    parser = argument_parser(__doc__)
    help_text = "runs of training.train; the student begins as the first"
    parser.add_argument("--teachers", type=Path, nargs="+", required=True, help=help_text)
    run(Distillation, parser.parse_args())


class Distillation(Training):
    """A training whose batches are of annotated windows, or of others that the teachers label."""

    def __init__(self, args: argparse.Namespace) -> None:
        super().__init__(args)
        self.teachers = [load_trained(path).eval() for path in args.teachers]
        self.model.load_state_dict(self.teachers[0].state_dict())
        self.news = read_news(args.corpora)[: args.limit]
        self.stories = read_stories(args.corpora)[: args.limit]

    def epoch_batches(self) -> list[list[Article]]:
        chance = random.Random(f"{self.args.seed}-{self.epoch}-more")  # noqa: S311  (a repeatable shuffle, no secret)
        news = (Article("", read_pieces(row["text"], self.tokenizer), {}) for row in self.news)
        told = (self.tell(story) for story in self.stories)
        batches = super().epoch_batches()
        for articles in (news, told):
            windows = [window for article in articles for window in cut_article(article, chance)]
            batches += batch_windows(windows, self.args.batch, chance)
        chance.shuffle(batches)
        return batches

    def read(self, row: dict[str, Any], parse: dict[str, Any], chance: random.Random) -> Article:
        is_renamed = chance.random() < RENAMED
        if is_renamed:
            row, parse = rename(row, parse, chance)
        article = super().read(row, parse, chance)
        chains = [] if is_renamed else silver_chains(parse)  # her name may be a man's now
        labels = {"antecedent": label_antecedents(chains, article.pieces)}
        return replace(article, labels=article.labels | labels)

    def tell(self, story: Story) -> Article:
        pieces = read_pieces(story.text, self.tokenizer)
        return Article("", pieces, {"antecedent": label_antecedents(story.chains, pieces)})

    def losses(self, batch: list[Article]) -> dict[str, Tensor]:
        if batch[0].labels:
            return super().losses(batch)
        ids, features, _ = collate(batch)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                taught = mean_probabilities([teacher(ids, features) for teacher in self.teachers])
            scores = self.model(hide_pieces(ids), features)
        is_text = (ids != 0) & (ids != START) & (ids != STOP)
        return taught_losses(scores, taught, is_text)


def read_news(corpora: Path) -> list[dict[str, Any]]:
    """The articles without annotation, those in capitals thinned."""
    rows = [row for row in read_rows(corpora / "articles" / "articles.jsonl.gz") if row["source"] not in ANNOTATED]
    return [row for i, row in enumerate(rows) if row["source"] != CAPITALS or i % CAPITALS_EACH == 0]


def read_stories(corpora: Path) -> list[Story]:
    """The texts in which somebody has annotated who refers to whom, but for every `KEPT`th of GAP's passages."""
    passages = read_gap(corpora / "people" / "gap" / "gap-development.tsv")
    read = [passage for i, passage in enumerate(passages) if i % KEPT]
    return read_gum(corpora / "coref" / "gum-ontogum.conllu.gz") + read


def mean_probabilities(said: list[Scores]) -> dict[str, Tensor]:
    names = ("marks", "names", "content", *OF_CUES)
    return {name: torch.stack([getattr(scores, name).float().softmax(-1) for scores in said]).mean(0) for name in names}


def taught_losses(scores: Scores, taught: dict[str, Tensor], is_text: Tensor) -> dict[str, Tensor]:
    """Cross-entropy with the teachers' mean; a pointer counts as far as there is, to them, something that points."""
    weights = dict.fromkeys(OF_CUES, taught["marks"][:, :, CUE, BEGIN])
    weights["content"] = 1 - taught["marks"][:, :, CONTENT, OUTSIDE]
    losses = {}
    for name, wanted in taught.items():
        loss = -(wanted * functional.log_softmax(getattr(scores, name).float(), -1)).sum(-1)
        weight = is_text * weights.get(name, 1.0)
        losses[name] = (loss.sum(-1) if name == "marks" else loss).mul(weight).sum() / weight.sum().clamp(min=1e-6)
    return losses


if __name__ == "__main__":
    main()
