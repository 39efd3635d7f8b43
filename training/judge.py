"""Train the judge of attributions: python -m training.judge --corpora DIR --weights DIR --held-out N.

For every article that the tagger in the folder `weights` was not trained on, the candidates of the rules and of the tagger
are compared with the annotation, and a gradient-boosted forest (Friedman, 2001) learns from the evidence on each whether
it is wrong, near, right in content or right as a whole. Writes `judge.onnx` beside the tagger and adds it to the card.
"""

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from lightgbm import LGBMClassifier
from onnx import TensorProto, helper

from app.evaluation import LENIENT, STRICT, Annotation, agreement, overlap_of, words_of
from app.extract.attribution import find_ruled
from app.extract.attribution.candidate import Candidate, find_candidates
from app.extract.attribution.clause import read_clauses
from app.extract.attribution.evidence import EVIDENCE, gather
from app.extract.attribution.judge import CONTENT, NEAR, OUTCOMES, WHOLE, WRONG, Judge
from app.extract.attribution.marking import mark
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from app.extract.tagger import Floats, Tagger
from training.corpus import Ints, read_part
from training.export import OPSET, digest

FOLDS = 5
FORESTS = 5
TOLERANCE = 1e-3  # of a probability, for sums in single precision
# Chosen by the loss on folds of whole articles.
FOREST: dict[str, Any] = {
    "n_estimators": 150, "learning_rate": 0.05, "num_leaves": 10, "min_child_samples": 30, "reg_lambda": 10.0,
    "colsample_bytree": 0.4, "deterministic": True, "force_row_wise": True, "n_jobs": 1, "verbose": -1,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="folder with the exported tagger")
    parser.add_argument("--held-out", type=int, required=True, help="as given when the tagger was trained")
    args = parser.parse_args()
    rows = read_part(args.corpora, "train")[0][:: args.held_out]
    strike_from_card(args.weights)
    tagger = Tagger.load(args.weights)
    examples = [read_examples(row, tagger) for row in rows]
    evidence = np.concatenate([each[0] for each in examples])
    outcomes = np.concatenate([each[1] for each in examples])
    loss = cross_validated_loss(evidence, outcomes, np.repeat(np.arange(len(rows)), [len(each[1]) for each in examples]))
    forests = grow(evidence, outcomes)
    write_forests(forests, args.weights / "judge.onnx")
    check_forests(forests, args.weights / "judge.onnx", evidence)
    counts = dict(zip(OUTCOMES, np.bincount(outcomes, minlength=len(OUTCOMES)).tolist(), strict=True))
    figures = {"articles": len(rows), "candidates": counts, "log_loss_cross_validated": round(loss, 4)}
    add_to_card(args.weights, figures)
    print(json.dumps(figures))


def read_examples(row: dict[str, Any], tagger: Tagger) -> tuple[Floats, Ints]:
    """The evidence on every candidate of an annotated article [n, evidence], and what each is [n]."""
    text = row["text"]
    layout = read_layout(text)
    reading = read_clauses(layout, find_quotations(layout))
    marking = mark(reading, tagger.tag(text))
    candidates = find_candidates(marking, find_ruled(reading))
    gold = [words_of(text, Annotation.model_validate(each)) for each in row["attributions"]]
    outcomes = [outcome_of(text, candidate, gold) for candidate in candidates]
    return gather(marking, candidates), np.array(outcomes, dtype=np.int64)


def outcome_of(text: str, candidate: Candidate, gold: list[Any]) -> int:
    """Which of `OUTCOMES` a candidate is, by the annotated attribution whose content it meets best."""
    found = candidate.attribution
    words = words_of(text, Annotation(content=[*found.content], cue=[*found.cue], source=[*found.source]))
    met = max(gold, key=lambda each: overlap_of(each[0], words[0]), default=None)
    overlap = overlap_of(met[0], words[0]) if met else 0.0
    if met is None or overlap < LENIENT:
        return WRONG
    if overlap < STRICT:
        return NEAR
    return WHOLE if all(agreement(met, words)) else CONTENT


def cross_validated_loss(evidence: Floats, outcomes: Ints, articles: Ints) -> float:
    """The mean log-loss over folds of whole articles."""
    folds = np.array(random.Random(0).choices(range(FOLDS), k=int(articles.max()) + 1))[articles]  # noqa: S311
    losses = []
    for fold in range(FOLDS):
        seen = folds != fold
        predicted = predict(grow(evidence[seen], outcomes[seen]), evidence[~seen])
        losses.append(-np.log(predicted[np.arange(len(predicted)), outcomes[~seen]]).mean())
    return float(np.mean(losses))


def grow(evidence: Floats, outcomes: Ints) -> list[LGBMClassifier]:
    """Several forests that differ by chance alone: their mean depends less on it."""
    return [LGBMClassifier(**FOREST, random_state=seed).fit(evidence, outcomes) for seed in range(FORESTS)]


def predict(forests: list[LGBMClassifier], evidence: Floats) -> Floats:
    """The probabilities by the mean of the forests' scores."""
    scores = np.mean([forest.predict_proba(evidence, raw_score=True) for forest in forests], axis=0)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    probabilities: Floats = shares / shares.sum(axis=1, keepdims=True)
    return probabilities


@dataclass(frozen=True, slots=True)
class Node:
    """A branch or a leaf of one tree, numbered in its tree; `value` is a branch's threshold or a leaf's score."""

    number: int
    value: float
    feature: int = 0
    low: int | None = None  # where a feature of at most `value` leads
    high: int = 0


def write_forests(forests: list[LGBMClassifier], path: Path) -> None:
    """The mean of the forests as an ONNX graph: `evidence` in, `probabilities` out."""
    dumped = [tree for forest in forests for tree in forest.booster_.dump_model()["tree_info"]]
    trees = [list(nodes_of(tree["tree_structure"])) for tree in dumped]
    nodes = [(number, node) for number, tree in enumerate(trees) for node in tree]
    leaves = [(number, node) for number, node in nodes if node.low is None]
    ensemble = helper.make_node(
        "TreeEnsembleClassifier",
        ["evidence"],
        ["outcome", "probabilities"],
        domain="ai.onnx.ml",
        post_transform="SOFTMAX",
        classlabels_int64s=range(len(OUTCOMES)),
        nodes_treeids=[number for number, _ in nodes],
        nodes_nodeids=[node.number for _, node in nodes],
        nodes_modes=["LEAF" if node.low is None else "BRANCH_LEQ" for _, node in nodes],
        nodes_featureids=[node.feature for _, node in nodes],
        nodes_values=[0.0 if node.low is None else node.value for _, node in nodes],
        nodes_truenodeids=[node.low or 0 for _, node in nodes],
        nodes_falsenodeids=[node.high for _, node in nodes],
        class_treeids=[number for number, _ in leaves],
        class_nodeids=[node.number for _, node in leaves],
        class_ids=[number % len(OUTCOMES) for number, _ in leaves],  # one tree an outcome, in turn
        class_weights=[node.value / len(forests) for _, node in leaves],
    )
    graph = helper.make_graph(
        [ensemble],
        "judge",
        [helper.make_tensor_value_info("evidence", TensorProto.FLOAT, [None, len(EVIDENCE)])],
        [
            helper.make_tensor_value_info("outcome", TensorProto.INT64, [None]),
            helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(OUTCOMES)]),
        ],
    )
    domains = [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", 3)]
    onnx.save_model(helper.make_model(graph, opset_imports=domains, ir_version=10), path)


def nodes_of(tree: dict[str, Any]) -> Iterator[Node]:
    """The nodes of a dumped tree, the root first."""
    waiting, following = [(0, tree)], 1
    while waiting:
        number, node = waiting.pop(0)
        if "leaf_value" in node:
            yield Node(number, node["leaf_value"])
            continue
        yield Node(number, rounded_down(node["threshold"]), node["split_feature"], following, following + 1)
        waiting += [(following, node["left_child"]), (following + 1, node["right_child"])]
        following += 2


def rounded_down(threshold: float) -> float:
    """The largest number of single precision that is at most `threshold`: evidence of that precision falls as before."""
    nearest = np.float32(threshold)
    return float(np.nextafter(nearest, np.float32(-np.inf)) if float(nearest) > threshold else nearest)


def check_forests(forests: list[LGBMClassifier], path: Path, evidence: Floats) -> None:
    """Stop where the written forests say something else than those that were trained."""
    written = Judge(onnxruntime.InferenceSession(path)).probabilities(evidence)
    difference = float(np.abs(written - predict(forests, evidence)).max())
    if difference > TOLERANCE:
        raise SystemExit(f"{path} differs from the trained forests by up to {difference:.4f}")


def strike_from_card(folder: Path) -> None:
    """Take an earlier judge off the card: a new one is on the way, and the tagger's own files are what counts here."""
    path = folder / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card.pop("judge", None)
    card["files"].pop("judge.onnx", None)
    path.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def add_to_card(folder: Path, figures: dict[str, Any]) -> None:
    path = folder / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["judge"] = {"evidence": EVIDENCE, "trained_on": figures}
    card["files"]["judge.onnx"] = digest(folder / "judge.onnx")
    path.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
