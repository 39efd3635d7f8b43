"""Drafts: the attributions of a text while later paragraphs may still add to them."""

from dataclasses import dataclass

from app.extract.attribution.clause import Range, Reading
from app.extract.repetition import find_repetitions


@dataclass(slots=True)
class Draft:
    """An attribution in token ranges, with the name of the pattern that found it."""

    content: list[Range]
    cue: Range | None
    source: Range | None
    pattern: str


class Drafting:
    """All drafts of one text: which one a quotation belongs to, and which one a passage ends with."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.drafts: list[Draft] = []
        self.owner: dict[int, Draft] = {}
        self._last: dict[int, Draft] = {}
        texts = [quotation.inner.of(reading.layout.text) for quotation in reading.quotations.spans]
        self._repeated = frozenset(find_repetitions(texts))

    def add(self, number: int, draft: Draft) -> None:
        """Take up a draft that was found in passage `number`."""
        self.drafts.append(draft)
        self._last[number] = draft
        for part in draft.content:
            self._own(part, draft)

    def extend(self, draft: Draft, part: Range, number: int) -> None:
        """Add what passage `number` has to the content of a draft."""
        draft.content.append(part)
        self._last[number] = draft
        self._own(part, draft)

    def owner_of(self, part: Range) -> Draft | None:
        """The draft whose content the quotation at `part` is."""
        return self.owner.get(self.reading.quoted[part.first])

    def has_spoken(self, number: int) -> bool:
        """Whether anything in passage `number` is attributed."""
        return number in self._last

    def is_repeated(self, part: Range) -> bool:
        """Whether the quotation at `part` only says again what a fuller one says, as pull quotes do."""
        quoted = self.reading.quoted[part.first]
        return quoted in self._repeated and not self.reading.quotations.spans[quoted].continues

    def speaking(self, number: int, part: Range) -> Draft | None:
        """The draft of whoever is still speaking when the quotation `part` in passage `number` begins.

        A quotation right before goes on, in its paragraph or as the next one; reported words go on in theirs only.
        """
        if number == 0:
            return None
        passages = self.reading.passages
        same_block = passages[number - 1].block == passages[number].block
        owner = self.owner.get(self.reading.quoted[part.first] - 1)
        if owner is not None and owner.source is not None and owner.content[-1].last > self._since(number, same_block):
            return owner
        last = self._last.get(number - 1)
        return last if same_block and last is not None and last.source is not None else None

    def _since(self, number: int, same_block: bool) -> int:
        """The token after which words must stand for their speaker to be speaking still in passage `number`."""
        passages = self.reading.passages
        first = number - 1
        asked = same_block and first > 0 and passages[first - 1].block == passages[first].block and first not in self._last
        return passages[first - 1 if asked else first].first

    def _own(self, part: Range, draft: Draft) -> None:
        for quotation in self.reading.quotations.within(self.reading.span(part)):
            quoted = self.reading.quoted[self.reading.layout.token_at(quotation.span.start)]
            self.owner.setdefault(quoted, draft)
