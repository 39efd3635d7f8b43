"""The network: a small BERT that also sees letter case, quotation marks and paragraphs, and its heads."""

import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from app.extract.tagger import FEATURES, LAYERS, LINKS, NAMES

WIDTH, HEADS, DEPTH, INNER = 384, 12, 6, 1536  # all-MiniLM-L6-v2
PIECES, POSITIONS = 30522, 512
LINK_WIDTH = 64
DISTANCES = 32  # buckets of signed distance between two linked pieces


class Layer(nn.Module):
    """One transformer layer, normalised after each step as BERT does it."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.attend = nn.Linear(WIDTH, 3 * WIDTH)
        self.gather = nn.Linear(WIDTH, WIDTH)
        self.after_attention = nn.LayerNorm(WIDTH, eps=1e-12)
        self.widen = nn.Linear(WIDTH, INNER)
        self.narrow = nn.Linear(INNER, WIDTH)
        self.after_inner = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, hidden: Tensor, mask: Tensor | None) -> Tensor:
        query, key, value = (self._split(part) for part in self.attend(hidden).chunk(3, dim=-1))
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = seen.transpose(1, 2).flatten(2)
        hidden = self.after_attention(hidden + self.dropout(self.gather(seen)))
        return self.after_inner(hidden + self.dropout(self.narrow(functional.gelu(self.widen(hidden)))))

    def _split(self, part: Tensor) -> Tensor:
        return part.unflatten(-1, (HEADS, WIDTH // HEADS)).transpose(1, 2)


class Encoder(nn.Module):
    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.has_padding = True
        self.words = nn.Embedding(PIECES, WIDTH)
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.features = nn.ModuleList(nn.Embedding(len(values), WIDTH) for values in FEATURES)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.dropout = nn.Dropout(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(DEPTH))
        for table in self.features:
            nn.init.normal_(table.weight, std=0.01)

    def forward(self, ids: Tensor, features: Tensor) -> Tensor:
        """ids [batch, length] (0 is padding), features [batch, length, kinds] -> [batch, length, width]."""
        hidden = self.words(ids) + self.positions.weight[: ids.shape[1]]
        for kind, table in enumerate(self.features):
            hidden = hidden + table(features[:, :, kind])
        hidden = self.dropout(self.norm(hidden))
        mask = (ids != 0)[:, None, None, :] if self.has_padding else None
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return hidden


@dataclass(frozen=True, slots=True)
class Scores:
    """What the heads say. Pointers are [batch, from, to]; the rest [batch, length, classes]."""

    marks: Tensor
    names: Tensor
    content: Tensor
    first: Tensor
    last: Tensor
    opens: Tensor
    closes: Tensor
    antecedent: Tensor
    pos: Tensor
    relation: Tensor
    head: Tensor


class AttributionTagger(nn.Module):
    """The encoder and its heads; `pos`, `relation` and `head` only help training and are not exported."""

    def __init__(self, pos: int, relations: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(dropout)
        self.dropout = nn.Dropout(dropout)
        self.marks = nn.Linear(WIDTH, 3 * len(LAYERS))
        self.names = nn.Linear(WIDTH, 1 + 2 * len(NAMES))
        self.links = nn.Linear(WIDTH, LINK_WIDTH * len(LINKS))
        self.distance = nn.Parameter(torch.zeros(6, DISTANCES))
        self.pos = nn.Linear(WIDTH, pos)
        self.relation = nn.Linear(WIDTH, relations)
        self.dependent = nn.Linear(WIDTH, 2 * LINK_WIDTH)

    def forward(self, ids: Tensor, features: Tensor) -> Scores:
        hidden = self.dropout(self.encoder(ids, features))
        links = self.links(hidden).chunk(len(LINKS), dim=-1)
        content, cue, asking, first, last, telling, opens, closes, referring, antecedent = links
        dependent, head = self.dependent(hidden).chunk(2, dim=-1)
        near = distance_buckets(ids.shape[1]).to(ids.device)
        padding = (ids == 0)[:, None, :]
        return Scores(
            marks=self.marks(hidden).unflatten(-1, (len(LAYERS), 3)),
            names=self.names(hidden),
            content=_pointer(content, cue, padding, self.distance[0][near]),
            first=_pointer(asking, first, padding, self.distance[1][near]),
            last=_pointer(asking, last, padding, self.distance[2][near]),
            opens=_pointer(telling, opens, padding, self.distance[3][near]),
            closes=_pointer(telling, closes, padding, self.distance[4][near]),
            antecedent=_pointer(referring, antecedent, padding, self.distance[5][near]),
            pos=self.pos(hidden),
            relation=self.relation(hidden),
            head=_pointer(dependent, head, padding, None),
        )


def _pointer(source: Tensor, target: Tensor, padding: Tensor, near: Tensor | None) -> Tensor:
    scores = (source @ target.transpose(1, 2)).float() / math.sqrt(LINK_WIDTH)
    if near is not None:
        scores = scores + near
    return scores.masked_fill(padding, -1e4)


def distance_buckets(length: int) -> Tensor:
    """Signed distances [length, length] in buckets that widen with distance (two a doubling)."""
    distance = torch.arange(length)[None, :] - torch.arange(length)[:, None]
    size = (2 * torch.log2(distance.abs().float() + 1)).floor().clamp(max=DISTANCES // 2 - 1).long()
    return torch.where(distance < 0, DISTANCES // 2 - 1 - size, DISTANCES // 2 + size).clamp(0, DISTANCES - 1)


def load_base(encoder: Encoder, path: Path) -> None:
    """Fill an encoder from the base model's safetensors; its token type 0 goes into the word embeddings."""
    base = load_file(path)
    kept = {"words.weight": base["embeddings.word_embeddings.weight"] + base["embeddings.token_type_embeddings.weight"][0]}
    kept["positions.weight"] = base["embeddings.position_embeddings.weight"]
    kept |= _renamed(base, "embeddings.LayerNorm", "norm")
    for i in range(DEPTH):
        theirs, ours = f"encoder.layer.{i}", f"layers.{i}"
        for end in ("weight", "bias"):
            parts = [base[f"{theirs}.attention.self.{part}.{end}"] for part in ("query", "key", "value")]
            kept[f"{ours}.attend.{end}"] = torch.cat(parts)
        kept |= _renamed(base, f"{theirs}.attention.output.dense", f"{ours}.gather")
        kept |= _renamed(base, f"{theirs}.attention.output.LayerNorm", f"{ours}.after_attention")
        kept |= _renamed(base, f"{theirs}.intermediate.dense", f"{ours}.widen")
        kept |= _renamed(base, f"{theirs}.output.dense", f"{ours}.narrow")
        kept |= _renamed(base, f"{theirs}.output.LayerNorm", f"{ours}.after_inner")
    missing, unexpected = encoder.load_state_dict(kept, strict=False)
    if unexpected or any(not name.startswith("features.") for name in missing):
        raise ValueError(f"not the expected base model: missing {missing}, unexpected {unexpected}")


def _renamed(base: dict[str, Tensor], theirs: str, ours: str) -> dict[str, Tensor]:
    return {f"{ours}.{end}": base[f"{theirs}.{end}"] for end in ("weight", "bias")}
