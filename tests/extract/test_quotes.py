"""What a statement is: its kind, speaker and circumstances, and which statement it repeats."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.attribution import find_attributions
from app.extract.attribution.clause import read_clauses
from app.extract.document import Attribution, Document, Quote, Span, Spans
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from app.extract.quotes import find_quotes
from app.extract.repetition import find_repetitions
from app.extract.tagger import shipped_tagger


class Everyone:
    """Stands in for a cast: the speaker of a source is the source's own words."""

    def __init__(self, text: str) -> None:
        self.text = text

    def speaker(self, source: Spans, cue: Spans = ()) -> str | None:
        return source[0].of(self.text).strip(" ,")

    def is_anonymous(self, speaker: str) -> bool:
        return speaker.islower()


def quotes_in(text: str) -> tuple[Quote, ...]:
    layout = read_layout(text)
    quotations = find_quotations(layout)
    reading = read_clauses(layout, quotations)
    attributions = find_attributions(reading, shipped_tagger().tag(text))
    return find_quotes(Document(text), reading, attributions, Everyone(text))  # type: ignore[arg-type]


def found_in(text: str, **parts: str) -> tuple[Quote, ...]:
    """The statements where the attribution is already known, each part of it by its words."""
    layout = read_layout(text)
    reading = read_clauses(layout, find_quotations(layout))
    content, cue, source = (
        (Span(text.index(words), text.index(words) + len(words)),) if (words := parts.get(name)) else ()
        for name in ("content", "cue", "source")
    )
    attributions = (Attribution(content, cue, source, 0.5),)
    return find_quotes(Document(text), reading, attributions, Everyone(text))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“The ferry is late,” Ito said.", "direct"),
        ("“The ferry,” Ito said, “is late.”", "direct"),
        ("Ito said the ferry was “late again” on Friday.", "mixed"),
        ("Ito said the ferry was late.", "indirect"),
    ],
)
def test_kind(text: str, kind: str) -> None:
    assert quotes_in(text)[0].kind == kind


def test_text_is_the_content() -> None:
    text = "“The ferry,” Ito said, “is late.”"
    (quote,) = quotes_in(text)
    assert quote.text == "“The ferry,” “is late.”"
    assert [span.of(text) for span in quote.content] == ["“The ferry,”", "“is late.”"]
    assert (quote.id, quote.speaker) == ("q1", "Ito")


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Ito said the ferry was late.", "asserted"),
        ("Ito denied that the ferry was late.", "denied"),
        ("Ito did not say that the ferry was late.", "denied"),
        ("Ito would not say whether the ferry was late.", "refused"),
        ("Ito declined to discuss the ferry.", "refused"),
        ("Ito asked whether the ferry was late.", "questioned"),
        ("“Is the ferry late?” Ito asked.", "questioned"),
        ("Ito may say that the ferry was late.", "hypothetical"),
        ("If Ito says that the ferry was late, people will complain.", "hypothetical"),
        ("Should Ito claim that the ferry was late, people will complain.", "hypothetical"),
        ("Did Ito say that the ferry was late?", "questioned"),
        ("Who said the ferry was late?", "questioned"),
        ("“Who knows?” Ito said.", "asserted"),
        ("Neither captain has said that the ferry was late.", "denied"),
    ],
)
def test_assertion(text: str, assertion: str) -> None:
    assert quotes_in(text)[0].assertion == assertion


@pytest.mark.parametrize(
    ("text", "said_to"),
    [
        ("Ito told CNN that the ferry was late.", "CNN"),
        ("Ito told reporters on Monday that the ferry was late.", "reporters"),
        ("“The ferry is late,” Ito told the Harbor Times.", "the Harbor Times"),
        ("“The ferry is late,” Ito said to a reporter.", "a reporter"),
        ("“The ferry is late,” Ito said in an interview with Fox News.", "Fox News"),
        ("Ito answered by telling a reporter, “The ferry is late.”", "a reporter"),
        ("Speaking to reporters, Ito said the ferry was late.", "reporters"),
        ("Ito said the ferry was late.", None),
        ("Ito said on Monday that the ferry was late.", None),
    ],
)
def test_said_to(text: str, said_to: str | None) -> None:
    assert quotes_in(text)[0].said_to == said_to


@pytest.mark.parametrize(
    ("text", "cue", "said_to"),
    [
        ("Ito told reporters that the ferry was late.", "told reporters", "reporters"),
        (
            "Ito said in an interview with Sky News that the ferry was late.",
            "said in an interview with Sky News",
            "Sky News",
        ),
        ("“Is it late?” asked Ito.", "asked", None),
    ],
)
def test_said_to_inside_a_long_cue(text: str, cue: str, said_to: str | None) -> None:
    (quote,) = found_in(
        text, content="that the ferry was late" if "that" in text else "“Is it late?”", cue=cue, source="Ito"
    )
    assert quote.said_to == said_to


@pytest.mark.parametrize(
    ("text", "medium"),
    [
        ("Ito tweeted, “The ferry is late.”", "post"),
        ("“The ferry is late,” Ito wrote on Facebook.", "post"),
        ("“The ferry is late,” Ito said in a statement.", "statement"),
        ("“The ferry is late,” Ito said in an interview with Fox News.", "interview"),
        ("Ito testified that the ferry was late.", "hearing"),
        ("The letter said the ferry was late.", "letter"),
        ("The report found that the ferry was late.", "report"),
        ("Ito said the ferry was late.", None),
        ("Ito wrote that the ferry was late.", None),
    ],
)
def test_medium(text: str, medium: str | None) -> None:
    assert quotes_in(text)[0].medium == medium


@pytest.mark.parametrize(
    ("text", "speaker", "via"),
    [
        ("Reuters reported that officials said the ferry was late.", "officials", "Reuters"),
        ("According to the Harbor Times, two officials said the ferry was late.", "two officials", "the Harbor Times"),
        ("The Harbor Times reported that the ferry was late.", "The Harbor Times", None),
        ("Ito said that officials said the ferry was late.", "Ito", None),
        ("Ito, quoted by Reuters, said the ferry was late.", "Ito", "Reuters"),
        ("Ito was quoted by Reuters as saying that the ferry was late.", "Ito", "Reuters"),
        ("Police said the ferry was late, Reuters reported.", "Police", "Reuters"),
    ],
)
def test_via(text: str, speaker: str, via: str | None) -> None:
    quote = quotes_in(text)[0]
    assert (quote.speaker, quote.via) == (speaker, via)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ito, who says the ferry was late, has left.", "Ito"),
        ("A letter, which says the ferry was late, was found.", "A letter"),
    ],
)
def test_a_relative_pronoun_speaks_for_its_antecedent(text: str, speaker: str) -> None:
    assert quotes_in(text)[0].speaker == speaker


def test_pull_quote_points_at_the_fuller_one() -> None:
    text = "‘The ferry is never on time.’\n\nIto wrote, “The ferry is never on time. We all know why.”"
    pull, full = quotes_in(text)
    assert (pull.same_as, pull.speaker, pull.source) == (full.id, "Ito", ())
    assert full.same_as is None


def test_pull_quote_without_a_fuller_one_has_no_speaker() -> None:
    (pull,) = quotes_in("‘The ferry is never on time.’")
    assert (pull.same_as, pull.speaker) == (None, None)


def test_the_same_words_of_another_speaker_are_another_statement() -> None:
    text = "“The ferry is never on time,” Ito said.\n\n“The ferry is never on time,” Brandt agreed."
    assert [(quote.speaker, quote.same_as) for quote in quotes_in(text)] == [("Ito", None), ("Brandt", None)]


def test_ids_count_in_reading_order() -> None:
    quotes = quotes_in("Ito said the ferry was late. Brandt said it was early. “It sank,” Chen said.")
    assert [quote.id for quote in quotes] == ["q1", "q2", "q3"]
    assert [quote.speaker for quote in quotes] == ["Ito", "Brandt", "Chen"]


@pytest.mark.parametrize(
    ("passages", "expected"),
    [
        (["the tide is high", "we know the tide is high tonight"], {0: 1}),
        (["The tide is high!", "the tide is high"], {1: 0}),
        (["the tide is high", "the tide is low"], {}),
        (["a b", "a b"], {}),
        ([], {}),
    ],
)
def test_repetitions(passages: list[str], expected: dict[int, int]) -> None:
    assert find_repetitions(passages) == expected


@given(st.text(alphabet="Ito said,. “”‘’\"':\n", max_size=80))
def test_any_text(text: str) -> None:
    quotes = quotes_in(text)
    assert [quote.id for quote in quotes] == [f"q{number}" for number in range(1, len(quotes) + 1)]
    for quote in quotes:
        assert quote.text == " ".join(span.of(text) for span in quote.content)
