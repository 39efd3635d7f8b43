"""The neural tagger: an article's text -> what each word piece is part of, and which cue it belongs to.

The network reads windows of word pieces. For every piece it returns

- `marks`: per layer (source, cue, content, discard) how likely the piece lies outside a span, begins one or
  continues one;
- `names`: the same for names (person, organisation, place ...);
- `links`: ten vectors, whose products say which cue a piece of content belongs to, where the source and the content of
  a cue begin and end, and which earlier mention a mention refers to.

`training/` imports the reading half of this file (word pieces, letter case, quotation marks, paragraphs), so
that what the network sees in training and at run time cannot differ.
"""

from __future__ import annotations

import bisect
import hashlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.extract.document import ExtractionWarning

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Range = tuple[int, int]  # half-open, in code points of the text or in word pieces

WEIGHTS = Path(__file__).parent / "weights"
LAYERS = ("source", "cue", "content", "discard")
NAMES = ("PERSON", "ORGANIZATION", "PLACE", "MISC", "DATE", "NUMBER")
LINKS = (
    *("content", "cue", "asking", "source_first", "source_last", "telling", "content_first", "content_last"),
    *("referring", "antecedent"),
)
OUTSIDE, BEGIN, INSIDE = 0, 1, 2
MENDED = 16  # labels before a break that are chosen anew

WINDOW = 318  # word pieces; with the two boundary marks a power-of-two-friendly 320, what the base was trained near
# A text of more word pieces is left to the rules: this is twice the longest of news features, and takes some four seconds.
LONGEST = 30_000
TOO_LONG = ExtractionWarning(
    "long-text",
    f"The text has more than {LONGEST:,} word pieces. Only rules have read it, which miss much of what is said without "
    "quotation marks: send its parts as articles of their own.",
)
CONTEXT = 32  # word pieces a window shares with its neighbour, so that no piece is judged without its surroundings


# --- reading: text -> word pieces and what an uncased vocabulary does not see -------------------------------

CASES = ("none", "lower", "initial", "upper", "mixed")
QUOTATION = ("outside", "double", "single", "opening", "closing")
GAPS = ("glued", "space", "paragraph")
PLACES = ("title", "first", "second", "early", "middle", "last")
FEATURES = (CASES, QUOTATION, GAPS, PLACES)

PARAGRAPH = re.compile(r"[^\n\r\u2028\u2029]+")
OPENING_DOUBLE, CLOSING_DOUBLE, STRAIGHT_DOUBLE = "“„«", "”»", '"'
OPENING_SINGLE, CLOSING_SINGLE = "‘'", "’'"
MARK = re.compile(f"[{OPENING_DOUBLE}{CLOSING_DOUBLE}{STRAIGHT_DOUBLE}{OPENING_SINGLE}{CLOSING_SINGLE}]")


@dataclass(frozen=True)
class Pieces:
    """The word pieces of one text: vocabulary ids, spans (code points), features and paragraph starts."""

    ids: Ints  # [n]
    spans: Ints  # [n, 2]
    features: Ints  # [n, len(FEATURES)]
    breaks: tuple[int, ...]  # indices of the pieces that begin a paragraph; the first is 0

    def __len__(self) -> int:
        return len(self.ids)

    def overlapping(self, start: int, end: int) -> Range:
        """The half-open range of pieces that overlap the characters from `start` to before `end`."""
        starts, ends = self._edges
        first = bisect.bisect_right(ends, start)
        return first, max(first, bisect.bisect_left(starts, end))

    @cached_property
    def _edges(self) -> tuple[list[int], list[int]]:
        """Where the pieces start and end, as lists: they are asked for one number at a time."""
        return self.spans[:, 0].tolist(), self.spans[:, 1].tolist()


def read_pieces(text: str, tokenizer: Tokenizer) -> Pieces:
    encoding = tokenizer.encode(encodable(text), add_special_tokens=False)
    spans = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    paragraphs = [match.span() for match in PARAGRAPH.finditer(text) if not match.group().isspace()]
    home = _paragraph_of(spans, paragraphs)
    begins = np.flatnonzero(np.diff(home, prepend=-1)) if len(spans) else np.array([], dtype=np.int64)
    states = quotation_states(text, paragraphs)
    features = np.empty((len(spans), len(FEATURES)), dtype=np.int64)
    features[:, 0] = [letter_case(text[start:end]) for start, end in encoding.offsets]
    features[:, 1] = states[spans[:, 0]]
    features[:, 2] = _gaps(spans, begins)
    features[:, 3] = _places(home, len(paragraphs))
    ids = np.array(encoding.ids, dtype=np.int64)
    return Pieces(ids, spans, features, tuple(int(i) for i in begins))


def encodable(text: str) -> str:
    """`text` with a question mark for each half of a surrogate pair, which no encoding has: as long as before."""
    return text.encode("utf-8", "replace").decode("utf-8")


def load_tokenizer(path: Path) -> Tokenizer:
    """The base model's word pieces, without its built-in padding and truncation: windows are cut here."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


@lru_cache(maxsize=2**15)
def letter_case(piece: str) -> int:
    letters = [c for c in piece if c.isalpha()]
    if not letters:
        return CASES.index("none")
    if all(c.islower() for c in letters):
        return CASES.index("lower")
    if len(letters) > 1 and all(c.isupper() for c in letters):
        return CASES.index("upper")
    if letters[0].isupper() and all(c.islower() for c in letters[1:]):
        return CASES.index("initial")
    return CASES.index("mixed")


def quotation_states(text: str, paragraphs: Sequence[Range]) -> NDArray[np.int64]:
    """For each code point: outside quotation marks, inside double or single ones, or such a mark itself.

    Every paragraph starts outside: a quotation that runs on opens again with a mark of its own by
    convention, and a mark that a typist forgot spoils one paragraph instead of the rest of the article.
    """
    states = np.zeros(len(text) + 1, dtype=np.int64)
    for start, end in paragraphs:
        _mark_quotations(text, start, end, states)
    return states


def _mark_quotations(text: str, start: int, end: int, states: NDArray[np.int64]) -> None:
    inside, done = QUOTATION.index("outside"), start
    places = [match.start() for match in MARK.finditer(text, start, end)]
    last_closing = max((i for i in places if _may_close(text, start, end, i)), default=-1)
    for i in places:
        before = text[i - 1] if i > start else " "
        mark = _quotation_mark(text[i], before, _following(text, end, i), inside)
        if mark is None or (mark == "opening" and text[i] in OPENING_SINGLE and last_closing < i + 2):
            continue  # an apostrophe ('em, '90s): no mark after it is its partner
        states[done:i] = inside
        states[i], done = QUOTATION.index(mark), i + 1
        kind = "single" if text[i] in OPENING_SINGLE else "double"
        inside = QUOTATION.index(kind if mark == "opening" else "outside")
    states[done:end] = inside


def _following(text: str, end: int, i: int) -> str:
    return text[i + 1] if i + 1 < end else " "


def _may_close(text: str, start: int, end: int, i: int) -> bool:
    """Whether a single mark stands at `i` that can close a quotation."""
    is_single = i > start and text[i] in CLOSING_SINGLE
    return is_single and not text[i - 1].isspace() and not _following(text, end, i).isalnum()


def _quotation_mark(char: str, before: str, after: str, inside: int) -> str | None:
    """Whether `char` opens or closes a quotation. Single marks inside double ones are not told apart."""
    double, single = QUOTATION.index("double"), QUOTATION.index("single")
    if char in OPENING_DOUBLE:
        return "opening"
    if char in CLOSING_DOUBLE:
        return "closing"
    if char == STRAIGHT_DOUBLE:
        is_inch_sign_or_stray = not before.isspace() and after.isspace()
        return "closing" if inside == double or is_inch_sign_or_stray else "opening"
    if char in OPENING_SINGLE and inside == 0 and not before.isalnum() and after.isalnum():
        return "opening"
    if char in CLOSING_SINGLE and inside == single and not before.isspace() and not after.isalnum():
        return "closing"
    return None


def _paragraph_of(spans: Ints, paragraphs: Sequence[Range]) -> Ints:
    starts = np.array([start for start, _ in paragraphs], dtype=np.int64)
    return np.maximum(np.searchsorted(starts, spans[:, 0], side="right") - 1, 0)


def _gaps(spans: Ints, begins: Ints) -> Ints:
    gaps = np.full(len(spans), GAPS.index("space"), dtype=np.int64)
    gaps[1:][spans[1:, 0] == spans[:-1, 1]] = GAPS.index("glued")
    gaps[begins] = GAPS.index("paragraph")
    return gaps


def _places(home: Ints, paragraphs: int) -> Ints:
    """Where in the article a piece's paragraph stands: titles and closing notes read unlike the rest."""
    names = ["title", "first", "second", *["early"] * 3, *["middle"] * paragraphs][: max(1, paragraphs)]
    if paragraphs > len(PLACES):
        names[-1] = "last"
    return np.array([PLACES.index(names[i]) for i in home], dtype=np.int64)


def cut_windows(
    breaks: Sequence[int], count: int, *, size: int = WINDOW, shared: int = CONTEXT, first: int | None = None
) -> Iterator[Range]:
    """Cut `count` pieces into windows of up to `size`, at paragraphs where that costs under half a window.

    Neighbours share at least `shared` pieces. `first` shortens the first window (training moves its cuts).
    """
    start, limit = 0, first or size
    while start < count:
        stop = min(start + limit, count)
        if stop < count:
            stop = _nearest_break(breaks, start + limit // 2, stop) or stop
        yield start, stop
        if stop == count:
            return
        limit = size
        if not shared:
            start = stop
            continue
        start = _nearest_break(breaks, max(start + 1, stop - size // 2), stop - shared) or stop - shared


def _nearest_break(breaks: Sequence[int], low: int, high: int) -> int | None:
    """The last paragraph start in [low, high]."""
    found = bisect.bisect_right(breaks, high) - 1
    return breaks[found] if found >= 0 and breaks[found] >= low else None


# --- tagging: word pieces -> what each is part of -----------------------------------------------------------

STARTS_WINDOW, ENDS_WINDOW = 101, 102  # [CLS] and [SEP] of the base vocabulary


class UnusableWeights(Exception):
    """The tagger's weights are missing or are not the ones that its card describes. Install the package anew."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open range of word pieces that one span covers."""

    first: int
    stop: int


@dataclass(frozen=True)
class Tagging:
    """What the network says of a text, piece by piece."""

    pieces: Pieces
    marks: Floats  # [n, len(LAYERS), 3]: log-probabilities of outside, begin, inside
    names: Floats  # [n, 1 + 2 * len(NAMES)]: log-probabilities of outside, then begin and inside of each name
    links: Floats  # [n, len(LINKS), width]
    distance: Floats  # [6, buckets]: what a distance between linked pieces adds, for each kind of pointer
    warnings: tuple[ExtractionWarning, ...] = ()

    def span(self, stretch: Stretch) -> Range:
        """Code points of the text, half-open."""
        spans = self.pieces.spans
        return int(spans[stretch.first, 0]), int(spans[stretch.stop - 1, 1])

    def find(self, layer: str) -> tuple[Stretch, ...]:
        """The most likely spans of a layer, in the order of the text."""
        return self._found[LAYERS.index(layer)]

    def find_faint(self, layer: str, bias: float) -> tuple[Stretch, ...]:
        """The same if it were less likely, by `bias` nats, to lie outside of all spans: more of them, or longer ones."""
        scores = self.marks[:, LAYERS.index(layer) : LAYERS.index(layer) + 1].copy()
        scores[..., OUTSIDE] -= bias
        return tuple(stretches(best_labels(scores)[:, 0]))

    @cached_property
    def _found(self) -> tuple[tuple[Stretch, ...], ...]:
        return tuple(tuple(stretches(labels)) for labels in best_labels(self.marks).T)

    def cue_scores(self, pieces: Ints, first: int, stop: int) -> Floats:
        """How much `pieces` of content, together, belong to a cue that begins at each piece from `first` to before `stop`.

        The mean of their scores, which differs from the mean of their log-probabilities by one constant.
        """
        nearness, away = self._nearness[0], len(self.pieces)
        near = np.array([nearness[first - piece + away : stop - piece + away] for piece in pieces.tolist()]).mean(0)
        return self._agreement(self._vectors["content"][pieces].mean(0), self._vectors["cue"][first:stop], near)

    def source_scores(self, cue: int, first: int, stop: int) -> tuple[Floats, Floats]:
        """How likely the source of the cue at piece `cue` begins, and ends, at each piece from `first` to before `stop`.

        A cue that points at itself has no source.
        """
        return self._ends("asking", "source", 1, cue, slice(first, stop))

    def content_scores(self, cue: int, first: int, stop: int) -> tuple[Floats, Floats]:
        """How likely what the cue at piece `cue` introduces begins, and ends, at each of those pieces."""
        return self._ends("telling", "content", 3, cue, slice(first, stop))

    def antecedent_scores(self, piece: int, first: int, stop: int) -> Floats:
        """How much the mention whose head is at `piece` refers to the one whose head is at each of those pieces."""
        away = len(self.pieces) - piece
        answers = self._vectors["antecedent"][first:stop]
        return self._agreement(self._vectors["referring"][piece], answers, self._nearness[5, first + away : stop + away])

    def _ends(self, asker: str, answer: str, pointer: int, cue: int, places: slice) -> tuple[Floats, Floats]:
        asking, away = self._vectors[asker][cue], len(self.pieces) - cue
        near = self._nearness[pointer : pointer + 2, places.start + away : places.stop + away]
        first = self._agreement(asking, self._vectors[f"{answer}_first"][places], near[0])
        return first, self._agreement(asking, self._vectors[f"{answer}_last"][places], near[1])

    def _agreement(self, asking: Floats, answers: Floats, near: Floats) -> Floats:
        scores: Floats = answers @ (asking / np.float32(np.sqrt(len(asking)))) + near
        return scores

    @cached_property
    def _vectors(self) -> dict[str, Floats]:
        """The vectors of each kind, together in memory."""
        return {name: np.ascontiguousarray(self.links[:, i]) for i, name in enumerate(LINKS)}

    @cached_property
    def _nearness(self) -> Floats:
        """What each distance adds to each pointer; that of no distance stands at the number of pieces."""
        farthest = len(self.pieces)
        return self.distance[:, distance_bucket(np.arange(-farthest, farthest + 1), self.distance.shape[1])]


def log_shares(scores: Floats) -> Floats:
    """Logarithms of the softmax over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    shares: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return shares


def distance_bucket(distance: Ints, buckets: int) -> Ints:
    """Signed distances in buckets that widen with distance (two a doubling)."""
    half = buckets // 2
    size = np.minimum(np.floor(2 * np.log2(np.abs(distance) + 1.0)), half - 1).astype(np.int64)
    bucket: Ints = np.where(distance < 0, half - 1 - size, np.minimum(half + size, buckets - 1))
    return bucket


def best_labels(scores: Floats) -> Ints:
    """The most likely labels [n, layers] that never continue a span which has not begun (Viterbi).

    `scores` is [n, layers, 1 + 2 * kinds]: outside, then begin and inside of each kind.
    """
    labels: Ints = scores.argmax(-1)
    for layer in range(scores.shape[1]):
        _mend(labels[:, layer], scores[:, layer])
    return labels


def _mend(labels: Ints, scores: Floats) -> None:
    """Replace, in place, the stretches of the likeliest labels in which a span goes on that has not begun.

    A stretch ends where anything may follow. As long as its own best labels fit what is before them, and all outside of it
    has the likeliest labels there are, no labels of the whole are better; where they do not fit, the whole is done anew.
    """
    mended: list[Range] = []
    for place in _breaks(labels):
        if mended and place < mended[-1][1]:
            continue
        first, last = max(0, place - MENDED), place + 1
        while last < len(labels) and labels[last] and labels[last] % 2 == 0:
            last += 1
        if mended and first <= mended[-1][1]:
            first = mended.pop()[0]
        mended.append((first, last))
    for first, last in mended:
        best = _viterbi(scores[first:last], continues=first > 0)
        if first and not _may_follow(int(labels[first - 1]), best[0]):
            labels[:] = _viterbi(scores, continues=False)
            return
        labels[first:last] = best


def _breaks(labels: Ints) -> list[int]:
    """Where a span goes on that has not begun."""
    before = np.concatenate([[0], labels[:-1]])
    is_inside = (labels > 0) & (labels % 2 == 0)
    return np.flatnonzero(is_inside & (before != labels) & (before != labels - 1)).tolist()


def _may_follow(before: int, label: int) -> bool:
    return label == 0 or label % 2 == 1 or before in {label, label - 1}


def _viterbi(scores: Floats, *, continues: bool) -> list[int]:
    """The best path as plain numbers: for a handful of labels arrays would cost ten times as much.

    `continues`: whether the first label may go on with what was before.
    """
    rows = scores.tolist()
    inside = range(2, len(rows[0]), 2)
    best, back = list(rows[0]), []
    for label in inside if not continues else ():
        best[label] = -math.inf
    for row in rows[1:]:
        top = best.index(max(best))
        origins = [top] * len(row)
        for label in inside:
            origins[label] = label if best[label] >= best[label - 1] else label - 1
        best = [best[origin] + score for origin, score in zip(origins, row, strict=True)]
        back.append(origins)
    labels = [best.index(max(best))]
    for origins in reversed(back):
        labels.append(origins[labels[-1]])
    return labels[::-1]


def stretches(labels: Ints) -> Iterator[Stretch]:
    """The spans of a valid sequence of outside (0), begin (odd) and inside (even) labels."""
    first: int | None = None
    for i, label in enumerate([*labels.tolist(), 0]):
        if first is not None and (label == 0 or label % 2):
            yield Stretch(first, i)
            first = None
        if label % 2:
            first = i


class Tagger:
    """The network and its vocabulary, ready to read texts. Safe to share between threads."""

    def __init__(self, session: onnxruntime.InferenceSession, tokenizer: Tokenizer, distance: Floats) -> None:
        self._session, self._tokenizer, self._distance = session, tokenizer, distance

    @classmethod
    def load(cls, folder: Path = WEIGHTS, *, threads: int = 1) -> Tagger:
        """Load the weights in `folder`, after checking every file against the hash on their card.

        More threads shorten the wait for one article and change nothing in what is found; many articles are read faster by
        as many processes of one thread each.
        """
        card = read_card(folder)
        check_files(folder, card)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(folder / "tagger.onnx", options, providers=["CPUExecutionProvider"])
        distance = np.array(card["distance"], dtype=np.float32)
        return cls(session, load_tokenizer(folder / "tokenizer.json"), distance)

    def tag(self, text: str) -> Tagging:
        """What every piece of `text` is part of; of a text of more than `LONGEST` pieces nothing, and a warning."""
        pieces = read_pieces(text, self._tokenizer)
        is_too_long = len(pieces) > LONGEST
        if is_too_long:
            pieces = read_pieces("", self._tokenizer)
        windows = list(cut_windows(pieces.breaks, len(pieces)))
        outputs = [self._run(pieces, window) for window in windows] or [self._run(pieces, (0, 0))]
        marks, names, links = (joined(windows, parts) for parts in zip(*outputs, strict=True))
        return Tagging(pieces, marks, names, links, self._distance, (TOO_LONG,) if is_too_long else ())

    def _run(self, pieces: Pieces, window: Range) -> tuple[Floats, ...]:
        """One window, alone: a batch would pad it, and with quantised sums its neighbours would change it."""
        start, stop = window
        ids = np.concatenate([[STARTS_WINDOW], pieces.ids[start:stop], [ENDS_WINDOW]])
        features = np.zeros((len(ids), len(FEATURES)), dtype=np.int64)
        features[1:-1] = pieces.features[start:stop]
        outputs = self._session.run(["marks", "names", "links"], {"ids": ids[None], "features": features[None]})
        return tuple(output[0, 1:-1] for output in outputs)


def joined(windows: Sequence[Range], parts: Sequence[Floats]) -> Floats:
    """The windows' outputs as one array: a shared piece is judged by the window in which it is less at the edge."""
    kept, seam = [], 0
    for i, (start, stop) in enumerate(windows):
        until = (stop + windows[i + 1][0]) // 2 if i + 1 < len(windows) else stop
        kept.append(parts[i][seam - start : until - start])
        seam = until
    return np.concatenate(kept) if kept else parts[0]


class ShippedTagger:
    """The tagger that comes with the package, loaded once a process, when it is first asked for."""

    def __init__(self) -> None:
        self._loading = Lock()
        self._tagger: Tagger | None = None

    def __call__(self, threads: int = 1) -> Tagger:
        """The tagger; `threads` count for the first who asks."""
        with self._loading:
            if self._tagger is None:
                self._tagger = Tagger.load(threads=threads)
        return self._tagger


shipped_tagger = ShippedTagger()


def read_card(folder: Path = WEIGHTS) -> dict[str, Any]:
    """What the weights in `folder` are: name, version, data, figures, and the hash of each file."""
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnusableWeights(f"the card of the tagger's weights in {folder} cannot be read: {error}") from error
    return card


def check_files(folder: Path, card: dict[str, Any]) -> None:
    """Refuse weights that are not, byte for byte, those that the card describes."""
    for name, digest in card["files"].items():
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise UnusableWeights(f"the tagger's weights in {folder} cannot be read: {error}") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise UnusableWeights(f"{folder / name} is not the file that its card describes")
