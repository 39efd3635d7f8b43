"""Train the attribution tagger: python -m training.train --corpora DIR --base DIR --run DIR.

Writes `RUN/checkpoint.pt` every few hundred steps and after every epoch, and one JSON line of development
figures an epoch to `RUN/log.jsonl`. Started again with the same arguments it goes on where it stopped.
"""

import argparse
import hashlib
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from app.extract.tagger import LAYERS, load_tokenizer
from training.corpus import (
    IGNORED,
    POINTERS,
    Article,
    batch_windows,
    collect_vocabulary,
    cut_article,
    label_article,
    read_part,
)
from training.model import AttributionTagger, Scores, load_base

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
START, STOP, MASK = 101, 102, 103  # [CLS], [SEP] and [MASK] of the base vocabulary

# Marks decide what a reader sees and weigh most; the silver parse is a teacher with mistakes of its own.
WEIGHTS = {"marks": 1.0, "content": 0.3, "first": 0.15, "last": 0.15, "opens": 0.15, "closes": 0.15, "names": 0.2}
WEIGHTS |= {"antecedent": 0.2, "pos": 0.05, "relation": 0.05, "head": 0.1}
STRAIGHT_MARKS = 0.25  # share of articles whose curly marks are made straight, for one epoch
MASKED = 0.05  # share of pieces hidden in training: the context has to carry the label


def main() -> None:
    run(Training, argument_parser(__doc__).parse_args())


def run(kind: type["Training"], args: argparse.Namespace) -> None:
    torch.set_num_threads(args.threads)
    args.run.mkdir(parents=True, exist_ok=True)
    state = kind(args)
    state.resume()
    while state.epoch < args.epochs:
        state.train_epoch()


def argument_parser(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True, help="folder with model.safetensors, tokenizer.json")
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1.2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--parts", nargs="+", default=["train"], help="parts of the corpus to train on")
    parser.add_argument("--held-out", type=int, default=0, help="leave out every so many articles, to fit the judge on")
    parser.add_argument("--limit", type=int, help="train on the first articles only, to try things out")
    return parser


class Training:
    """The state of one run: model, optimizer, position."""

    def __init__(self, args: argparse.Namespace) -> None:
        check_base(args.base / "model.safetensors")
        torch.manual_seed(args.seed)
        self.args = args
        self.tokenizer = load_tokenizer(args.base / "tokenizer.json")
        parts = [read_part(args.corpora, part) for part in args.parts]
        self.rows = [row for rows, _ in parts for row in rows][: args.limit]
        self.parses = [parse for _, parses in parts for parse in parses][: args.limit]
        if args.held_out:
            self.rows, self.parses = ([x for i, x in enumerate(y) if i % args.held_out] for y in (self.rows, self.parses))
        self.words = collect_vocabulary(read_part(args.corpora, "train")[1])
        self.model = AttributionTagger(len(self.words.pos), len(self.words.relation), args.dropout)
        load_base(self.model.encoder, args.base / "model.safetensors")
        self.optimizer = make_optimizer(self.model, args)
        self.epoch = self.step = self.done = 0  # `done`: batches of the current epoch

    def resume(self) -> None:
        path = self.args.run / "checkpoint.pt"
        if not path.exists():
            return
        saved = torch.load(path, weights_only=False)
        self.model.load_state_dict(saved["model"])
        self.optimizer.load_state_dict(saved["optimizer"])
        self.epoch, self.step, self.done = saved["epoch"], saved["step"], saved["done"]
        print(f"resumed at epoch {self.epoch}, batch {self.done}", flush=True)

    def save(self) -> None:
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "epoch": self.epoch}
        state |= {"step": self.step, "done": self.done, "words": self.words}
        written = self.args.run / "checkpoint.partial"
        torch.save(state, written)
        written.rename(self.args.run / "checkpoint.pt")

    def train_epoch(self) -> None:
        batches = self.epoch_batches()
        total, began, seen, sums = len(batches) * self.args.epochs, time.monotonic(), 0, dict.fromkeys(WEIGHTS, 0.0)
        self.model.train()
        for batch in batches[self.done :]:
            set_rates(self.optimizer, self.step / total)
            losses = self.learn(batch)
            seen += sum(len(window.pieces) for window in batch)
            sums |= {name: sums[name] * 0.98 + 0.02 * loss for name, loss in losses.items()}
            self.step, self.done = self.step + 1, self.done + 1
            if self.done % 20 == 0:
                report_progress(self, len(batches), seen / (time.monotonic() - began), sums)
            if self.done % 200 == 0:
                self.save()
        self.epoch, self.done = self.epoch + 1, 0
        self.save()
        figures = {"epoch": self.epoch, "step": self.step} | measure(self.model, self.development())
        with (self.args.run / "log.jsonl").open("a") as log:
            log.write(json.dumps(figures) + "\n")
        print(json.dumps(figures), flush=True)

    def epoch_batches(self) -> list[list[Article]]:
        """This epoch's batches, the same however often the run was interrupted."""
        chance = random.Random(f"{self.args.seed}-{self.epoch}")  # noqa: S311  (a repeatable shuffle, no secret)
        windows = []
        for row, parse in zip(self.rows, self.parses, strict=True):
            windows.extend(cut_article(self.read(row, parse, chance), chance))
        return batch_windows(windows, self.args.batch, chance)

    def read(self, row: dict[str, Any], parse: dict[str, Any], chance: random.Random) -> Article:
        straight = chance.random() < STRAIGHT_MARKS
        return label_article(row, parse, self.words, self.tokenizer, straight=straight)

    def learn(self, batch: list[Article]) -> dict[str, float]:
        losses = self.losses(batch)
        sum(WEIGHTS[name] * loss for name, loss in losses.items()).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        return {name: loss.item() for name, loss in losses.items()}

    def losses(self, batch: list[Article]) -> dict[str, Tensor]:
        ids, features, labels = collate(batch)
        with torch.autocast("cpu", torch.bfloat16):
            scores = self.model(hide_pieces(ids), features)
        return task_losses(scores, labels)

    def development(self) -> Iterator[tuple[Tensor, Tensor, dict[str, Tensor]]]:
        rows, parses = read_part(self.args.corpora, "dev")
        articles = (label_article(*pair, self.words, self.tokenizer) for pair in zip(rows, parses, strict=True))
        windows = [window for article in articles for window in cut_article(article)]
        for batch in batch_windows(windows, 16, random.Random(0)):  # noqa: S311
            yield collate(batch)


def check_base(path: Path) -> None:
    if hashlib.sha256(path.read_bytes()).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{path} is not the all-MiniLM-L6-v2 release this model is built on")


def make_optimizer(model: AttributionTagger, args: argparse.Namespace) -> torch.optim.AdamW:
    new = [p for name, p in model.named_parameters() if not name.startswith("encoder.") or ".features." in name]
    old = [p for name, p in model.named_parameters() if name.startswith("encoder.") and ".features." not in name]
    groups = [{"params": old, "peak": args.rate}, {"params": new, "peak": args.head_rate}]
    return torch.optim.AdamW(groups, weight_decay=0.01, fused=True)


def set_rates(optimizer: torch.optim.Optimizer, progress: float, warm_up: float = 0.06) -> None:
    share = progress / warm_up if progress < warm_up else (1 - progress) / (1 - warm_up)
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * max(share, 0.002)


def collate(batch: list[Article]) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
    """Windows as padded tensors with the boundary marks around them; pointers move one to the right."""
    length = max(len(window.pieces) for window in batch) + 2
    ids = np.zeros((len(batch), length), dtype=np.int64)
    features = np.zeros((len(batch), length, batch[0].pieces.features.shape[1]), dtype=np.int64)
    labels = {name: np.full((len(batch), length, *values.shape[1:]), IGNORED) for name, values in batch[0].labels.items()}
    for i, window in enumerate(batch):
        count = len(window.pieces)
        ids[i, : count + 2] = [START, *window.pieces.ids, STOP]
        features[i, 1 : count + 1] = window.pieces.features
        for name, values in window.labels.items():
            is_pointer = name in POINTERS
            labels[name][i, 1 : count + 1] = np.where(values == IGNORED, IGNORED, values + is_pointer)
    return torch.from_numpy(ids), torch.from_numpy(features), {k: torch.from_numpy(v) for k, v in labels.items()}


def hide_pieces(ids: Tensor) -> Tensor:
    is_hidden = (torch.rand(ids.shape) < MASKED) & (ids > MASK)
    return ids.masked_fill(is_hidden, MASK)


def task_losses(scores: Scores, labels: dict[str, Tensor]) -> dict[str, Tensor]:
    losses = {}
    for name, wanted in labels.items():
        given = getattr(scores, name).float()
        loss = functional.cross_entropy(given.flatten(0, -2), wanted.flatten(), ignore_index=IGNORED, reduction="sum")
        losses[name] = loss * (len(LAYERS) if name == "marks" else 1) / (wanted != IGNORED).sum().clamp(min=1)
    return losses


def report_progress(state: Training, batches: int, speed: float, sums: dict[str, float]) -> None:
    shown = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
    clock = time.strftime("%H:%M:%S")
    print(f"{clock} epoch {state.epoch} {state.done}/{batches} {speed:.0f} pieces/s {shown}", flush=True)


@torch.no_grad()
def measure(model: AttributionTagger, batches: Iterator[tuple[Tensor, Tensor, dict[str, Tensor]]]) -> dict[str, float]:
    """Piece-wise F1 of each layer, and how often each pointer and syntax label is right."""
    model.eval()
    counts: dict[str, Any] = {}
    for ids, features, labels in batches:
        with torch.autocast("cpu", torch.bfloat16):
            scores = model(ids, features)
        for layer, name in enumerate(LAYERS if "marks" in labels else ()):
            wanted = labels["marks"][..., layer]
            known, gold, found = wanted != IGNORED, wanted > 0, scores.marks[:, :, layer].argmax(-1) > 0
            right = (known & gold & found).sum().item()
            _add(counts, f"{name}_f1", 2 * right, (known & gold).sum().item() + (known & found).sum().item())
        for name in sorted(labels.keys() - {"marks"}):
            known = labels[name] != IGNORED
            right = (getattr(scores, name).argmax(-1) == labels[name]) & known
            _add(counts, name, right.sum().item(), known.sum().item())
    return {name: round(right / max(1, total), 4) for name, (right, total) in counts.items()}


def _add(counts: dict[str, Any], name: str, right: float, total: float) -> None:
    before = counts.get(name, (0, 0))
    counts[name] = (before[0] + right, before[1] + total)


if __name__ == "__main__":
    main()
