"""Turn a trained run into the weights that ship: python -m training.export --run DIR --base DIR --out DIR.

Writes `tagger.onnx`, `tokenizer.json` and `card.json` with the hash of each file. The encoder's matrices and the word
embeddings are stored as 8-bit integers, each column or word with its own scale, the heads as they are: under half of the
size, twice as fast, and the attributions found are as many and as right. What goes into a matrix gets one scale a window,
which is why windows are never batched.
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional

from app.extract.tagger import FEATURES, LAYERS, LINKS, NAMES
from training.model import LINK_WIDTH, AttributionTagger
from training.train import BASE_SHA256

OPSET = 21


class Shipped(nn.Module):
    """The network as it runs: what training alone needed is gone, and scores are log-probabilities."""

    def __init__(self, trained: AttributionTagger) -> None:
        super().__init__()
        self.encoder = trained.encoder
        self.encoder.has_padding = False  # the tagger runs one window at a time
        self.marks, self.names, self.links = trained.marks, trained.names, trained.links
        self.encoder.words = SmallEmbedding(trained.encoder.words.weight.detach())  # type: ignore[assignment]

    def forward(self, ids: Tensor, features: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.encoder(ids, features)
        marks = functional.log_softmax(self.marks(hidden).unflatten(-1, (len(LAYERS), 3)), dim=-1)
        names = functional.log_softmax(self.names(hidden), dim=-1)
        return marks, names, self.links(hidden).unflatten(-1, (len(LINKS), LINK_WIDTH))


class SmallEmbedding(nn.Module):
    """Word embeddings as 8-bit integers, each word with its own scale."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("table", (table / scale).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        return self.table[ids].float() * self.scale[ids]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--version", default="0")
    parser.add_argument("--float", action="store_true", help="leave the matrices as they are, to compare")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    trained = load_trained(args.run)
    distance = trained.distance.detach().tolist()
    write_network(Shipped(trained).eval(), args.out / "tagger.onnx", is_small=not args.float)
    shutil.copyfile(args.base / "tokenizer.json", args.out / "tokenizer.json")
    card = write_card(args.out, args.run, args.version, distance)
    print(json.dumps(card["files"], indent=2), (args.out / "tagger.onnx").stat().st_size, "bytes")


def load_trained(run: Path) -> AttributionTagger:
    saved = torch.load(run / "checkpoint.pt", weights_only=False)
    trained = AttributionTagger(len(saved["words"].pos), len(saved["words"].relation))
    trained.load_state_dict(saved["model"])
    return trained


def write_network(network: Shipped, path: Path, *, is_small: bool) -> None:
    example = (torch.full((1, 40), 2000), torch.zeros((1, 40, len(FEATURES)), dtype=torch.int64))
    length = torch.export.Dim("length", min=2, max=512)
    program = torch.onnx.export(
        network,
        example,
        dynamo=True,
        opset_version=OPSET,
        input_names=["ids", "features"],
        output_names=["marks", "names", "links"],
        dynamic_shapes=({1: length}, {1: length}),
    )
    onnx.save_model(program.model_proto, path)
    if is_small:
        shrink(path)


def shrink(path: Path) -> None:
    """Store the encoder's matrices as 8-bit integers; the three heads come last."""
    products = [node.name for node in onnx.load(path).graph.node if node.op_type == "MatMul"]
    quantize_dynamic(
        path,
        path,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=products[-3:],
        extra_options={"MatMulConstBOnly": True},
    )


def write_card(out: Path, run: Path, version: str, distance: list[list[float]]) -> dict[str, Any]:
    log = run / "log.jsonl"
    epochs = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else [{}]
    card = {
        "name": "onrecord-attribution-tagger",
        "version": version,
        "task": "marks source, cue and content of attributions in English news, and links them",
        "base": {"name": "all-MiniLM-L6-v2", "license": "Apache-2.0", "sha256": BASE_SHA256},
        "license": "the weights: Apache-2.0, as the base; no text of the articles they were trained on ships with them",
        "trained_on": "PolNeAR 1.0 (networkdynamics/PolNeAR), training part: five sixths of it for the tagger, the rest "
        "for the judge; no licence is stated for its annotation, and the articles belong to their publishers. Names, "
        "syntax and part of the coreference: CoreNLP's annotation of the same articles; the rest of it: GUM "
        "(CC BY 4.0) and GAP, development part (Apache-2.0). Distilled on 1,534 news articles without annotation",
        "not_for": "text other than English news; deciding alone whether somebody said something",
        "layers": LAYERS,
        "names": NAMES,
        "figures": epochs[-1],
        "distance": [[round(value, 5) for value in row] for row in distance],
        "files": {name: digest(out / name) for name in ("tagger.onnx", "tokenizer.json")},
    }
    (out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    return card


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
