"""Measure what ships on the development part: python -m training.measure --corpora DIR --weights app/extract/weights.

The whole extraction reads the raw articles, with the weights that are in the package. The figures are printed and written
on the card.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from app.evaluation import FORMS, MEASURES, Tally, evaluate, read_gold, reliability
from app.printout import print_figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="the package's own folder of weights")
    args = parser.parse_args()
    total, groups = evaluate(read_gold(args.corpora / "attributions" / "polnear-dev.jsonl.gz"), by="publisher")
    print_figures(total, groups, Console())
    path = args.weights / "card.json"
    card = json.loads(path.read_text(encoding="utf-8"))
    card["measured"] = figures(total) | {"strict_f1_by_publisher": {name: _f1(each) for name, each in groups.items()}}
    path.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def figures(total: Tally) -> dict[str, Any]:
    """The figures of the card: by measure, by form of the content, and how far confidence can be trusted."""
    bins = reliability(total.trusted)
    return {
        "on": "PolNeAR, development part, raw text in, rules and tagger and judge together",
        "f1": {measure: round(total.f1(measure), 3) for measure in MEASURES},
        "strict_recall_by_form": {form: round(total.recall_of(form), 3) for form in FORMS},
        "source_accuracy": round(total.accuracy("source"), 3),
        "cue_accuracy": round(total.accuracy("cue"), 3),
        "reliability": [
            {"confidence": round(each.confidence, 2), "right": round(each.right, 2), "quotes": each.count} for each in bins
        ],
        "calibration_error": round(total.calibration_error(), 3),
    }


def _f1(tally: Tally) -> float:
    return round(tally.f1("strict"), 3)


if __name__ == "__main__":
    main()
