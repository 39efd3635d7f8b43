"""Who a quotation or a reported clause is attributed to, and by which words."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.attribution import find_attributions, find_ruled
from app.extract.attribution.clause import read_clauses
from app.extract.document import Attribution
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from app.extract.tagger import shipped_tagger

Expected = list[tuple[str | None, str | None, list[str]]]

NEWS = st.lists(
    st.sampled_from(
        [
            "said",
            "told",
            "Ortega",
            ",",
            ".",
            "“",
            "”",
            "‘",
            "’",
            '"',
            ":",
            "that",
            "according",
            "to",
            "who",
            "the",
            "mayor",
            "and",
            "is",
            "by",
            "“No,”",
            "adding",
            "\n\n",
            "it",
            "says",
            "asked",
            "(",
            ")",
            "—",
            "if",
            "not",
            "quoted",
            "as",
            "saying",
            "claims",
            "'s view",
            "in",
            "by",
            "which",
            "message",
            "per",
            "put it",
        ]
    ),
    max_size=40,
).map(" ".join)

CASES: list[tuple[str, str, Expected]] = [
    ("before", "Ms. Ortega said, “The bridge is safe.”", [("Ms. Ortega", "said", ["“The bridge is safe.”"])]),
    ("after", "“The bridge is safe,” Ms. Ortega said.", [("Ms. Ortega", "said", ["“The bridge is safe,”"])]),
    (
        "inverted with appositive",
        "“The bridge is safe,” said Ana Ortega, an engineer at the port authority.",
        [("Ana Ortega, an engineer at the port authority", "said", ["“The bridge is safe,”"])],
    ),
    (
        "inverted with relative clause",
        "“The bridge is safe,” said Ana Ortega, who designed it.",
        [("Ana Ortega, who designed it", "said", ["“The bridge is safe,”"])],
    ),
    ("inside", "“The bridge,” Ortega said, “is safe.”", [("Ortega", "said", ["“The bridge,”", "“is safe.”"])]),
    (
        "two sentences",
        "“The bridge is safe,” Ortega said. “We tested it twice.”",
        [("Ortega", "said", ["“The bridge is safe,”", "“We tested it twice.”"])],
    ),
    ("question", "“Is the bridge safe?” Ortega asked.", [("Ortega", "asked", ["“Is the bridge safe?”"])]),
    ("pronoun", "“It is safe,” she added on Tuesday.", [("she", "added", ["“It is safe,”"])]),
    ("straight marks", 'Ortega told reporters, "The bridge is safe."', [("Ortega", "told", ['"The bridge is safe."'])]),
    ("single marks", "‘The bridge is safe,’ Ortega said.", [("Ortega", "said", ["‘The bridge is safe,’"])]),
    ("colon", "Ortega put out a statement Friday: “The bridge is safe.”", [("Ortega", "put", ["“The bridge is safe.”"])]),
    ("label", "Ortega: “The bridge is safe.”", [("Ortega", ":", ["“The bridge is safe.”"])]),
    (
        "colon then paragraph",
        "Ortega said in a statement:\n\n“The bridge is safe. We tested it twice.”",
        [("Ortega", "said", ["“The bridge is safe. We tested it twice.”"])],
    ),
    (
        "paragraphs",
        "“The bridge is safe,” Ortega said. “We tested it.\n\n“Then we tested it again.”",
        [("Ortega", "said", ["“The bridge is safe,”", "“We tested it.", "“Then we tested it again.”"])],
    ),
    (
        "standing alone after",
        "“The bridge is safe,” Ortega said.\n\n“We tested it twice.”",
        [("Ortega", "said", ["“The bridge is safe,”", "“We tested it twice.”"])],
    ),
    (
        "title and party",
        "Rep. Lena Brandt (D-Ohio) tweeted, “Fix the bridge now.”",
        [("Rep. Lena Brandt (D-Ohio)", "tweeted", ["“Fix the bridge now.”"])],
    ),
    (
        "apposition before",
        "Lena Brandt, the council's chair, said the bridge would close.",
        [("Lena Brandt, the council's chair,", "said", ["the bridge would close"])],
    ),
    (
        "which-clause name",
        "The plan has backers, including Mayor Lena Brandt, who stated, “The bridge must close.”",
        [("who", "stated", ["“The bridge must close.”"])],
    ),
    (
        "participle",
        "Brandt welcomed the report, adding, “It is overdue.”",
        [("Brandt", "welcomed", ["the report"]), ("Brandt", "adding", ["“It is overdue.”"])],
    ),
    (
        "by telling",
        "Brandt answered her critics by telling a reporter, “The bridge must close.”",
        [("Brandt", "telling", ["“The bridge must close.”"])],
    ),
    ("that", "Brandt warned that the bridge could fall.", [("Brandt", "warned", ["that the bridge could fall"])]),
    ("bare clause", "The mayor said the bridge could fall.", [("The mayor", "said", ["the bridge could fall"])]),
    (
        "told somebody that",
        "Brandt told the Daily Courier on Monday that the bridge could fall.",
        [("Brandt", "told", ["that the bridge could fall"])],
    ),
    (
        "told somebody clause",
        "Brandt told reporters the bridge could fall.",
        [("Brandt", "told", ["the bridge could fall"])],
    ),
    (
        "circumstance then clause",
        "Brandt said in a statement on Monday that the bridge could fall.",
        [("Brandt", "said", ["that the bridge could fall"])],
    ),
    ("time before", "On Monday, Brandt said the bridge could fall.", [("Brandt", "said", ["the bridge could fall"])]),
    ("time no comma", "On Monday Brandt said the bridge could fall.", [("Brandt", "said", ["the bridge could fall"])]),
    ("post indirect", "The bridge could fall, Brandt said.", [("Brandt", "said", ["The bridge could fall"])]),
    ("post indirect split", "The bridge, Brandt said, could fall.", [("Brandt", "said", ["The bridge", "could fall"])]),
    (
        "according first",
        "According to the port authority, the bridge is safe.",
        [("the port authority", "According to", ["the bridge is safe"])],
    ),
    (
        "according last",
        "The bridge is safe, according to Ana Ortega, an engineer.",
        [("Ana Ortega, an engineer", "according to", ["The bridge is safe"])],
    ),
    (
        "according middle",
        "The bridge, according to two engineers, is safe.",
        [("two engineers", "according to", ["The bridge", "is safe"])],
    ),
    (
        "according quote",
        "According to the mayor, “The bridge is safe.”",
        [("the mayor", "According to", ["“The bridge is safe.”"])],
    ),
    (
        "mixed",
        "Brandt said the bridge was “a danger to all of us” and must close.",
        [("Brandt", "said", ["the bridge was “a danger to all of us” and must close"])],
    ),
    (
        "mixed np",
        "Brandt stressed the need to “close the bridge at once” before the winter.",
        [("Brandt", "stressed", ["the need to “close the bridge at once” before the winter"])],
    ),
    (
        "mixed called",
        "Brandt called the bridge “a danger to all of us.”",
        [("Brandt", "called", ["the bridge “a danger to all of us.”"])],
    ),
    ("whether", "Brandt asked whether the bridge was safe.", [("Brandt", "asked", ["whether the bridge was safe"])]),
    ("vowed to", "Brandt vowed to close the bridge.", [("Brandt", "vowed", ["to close the bridge"])]),
    ("declined", "Brandt declined to discuss the bridge.", [("Brandt", "declined to discuss", ["the bridge"])]),
    (
        "coordinated",
        "Brandt said the bridge was unsafe and called for its closure.",
        [("Brandt", "said", ["the bridge was unsafe"]), ("Brandt", "called for", ["its closure"])],
    ),
    (
        "adding that",
        "Brandt said the bridge was unsafe, adding that it had to close.",
        [("Brandt", "said", ["the bridge was unsafe"]), ("Brandt", "adding", ["that it had to close"])],
    ),
    ("as clause", "As Brandt noted, the bridge is old.", [("Brandt", "noted", ["the bridge is old"])]),
    (
        "negated",
        "Brandt did not say whether the bridge would close.",
        [("Brandt", "did not say", ["whether the bridge would close"])],
    ),
    (
        "perfect",
        "The company has repeatedly denied that it cut corners.",
        [("The company", "has repeatedly denied", ["that it cut corners"])],
    ),
    (
        "paper",
        "The Harbor Times reported that the bridge would close.",
        [("The Harbor Times", "reported", ["that the bridge would close"])],
    ),
    (
        "anonymous",
        "A senior port official said the bridge would close.",
        [("A senior port official", "said", ["the bridge would close"])],
    ),
    (
        "coordinated source",
        "Two engineers and a third person familiar with the tests said the bridge was unsafe.",
        [("Two engineers and a third person familiar with the tests", "said", ["the bridge was unsafe"])],
    ),
    ("nickname", "Marco “The Hammer” Silva crossed the bridge.", []),
    ("scare quotes", "The so-called “smart bridge” opened in May.", []),
    ("signed", "“The bridge must close.” — Lena Brandt", [("Lena Brandt", "—", ["“The bridge must close.”"])]),
    (
        "signed on a line of its own",
        "Readers wrote in.\n\n“The bridge must close.”\n― Lena Brandt, Lindwick\n“It must not.”― Ada Ito\n",
        [("Lena Brandt, Lindwick", "―", ["“The bridge must close.”"]), ("Ada Ito", "―", ["“It must not.”"])],
    ),
    (
        "dash that signs nothing",
        "“The bridge must close” — Brandt has said so for years — was on the sign.",
        [(None, None, ["“The bridge must close”"])],
    ),
    ("title of a work", "She wrote the novel “The Long Way Across the River” in 1998.", []),
    ("heading gives none", "Mayor says bridge is safe\n\nThe bridge opened in May.", []),
    ("pull quote", "‘The bridge must close.’", [(None, None, ["‘The bridge must close.’"])]),
    ("boilerplate", "Sign up for our newsletter and get “the best of the harbor” in your inbox.", []),
    (
        "nested",
        "Reuters reported that officials said the bridge was unsafe.",
        [
            ("Reuters", "reported", ["that officials said the bridge was unsafe"]),
            ("officials", "said", ["the bridge was unsafe"]),
        ],
    ),
    (
        "passive without a source",
        "The bridge is said to be unsafe.",
        [(None, "is said", ["The bridge", "to be unsafe"])],
    ),
    (
        "dash appositive",
        "“It will close,” said Brandt — the council's chair — on Monday.",
        [("Brandt", "said", ["“It will close,”"])],
    ),
    ("unknown verb inverted", "“It will close,” fumed Brandt.", [("Brandt", "fumed", ["“It will close,”"])]),
    ("unknown verb before", "Brandt thundered: “It will close.”", [("Brandt", "thundered", ["“It will close.”"])]),
    (
        "sentence after reported words",
        "Brandt said she would resign. “I have had enough of this.”",
        [("Brandt", "said", ["she would resign"]), ("Brandt", "said", ["“I have had enough of this.”"])],
    ),
    (
        "stray mark",
        "“The bridge is safe,” Ortega said.\n\nThe “ council met on Friday.",
        [("Ortega", "said", ["“The bridge is safe,”"])],
    ),
    (
        "nor apostrophes",
        "The drivers' union said its members' pay was fair.",
        [("The drivers' union", "said", ["its members' pay was fair"])],
    ),
    ("quoted question inside", "When asked about it, Ortega replied, “Why not?”", [("Ortega", "replied", ["“Why not?”"])]),
    ("letter", "The letter said the bridge was unsafe.", [("The letter", "said", ["the bridge was unsafe"])]),
    (
        "it was told",
        "Residents were told that the bridge would close.",
        [(None, "were told", ["that the bridge would close"])],
    ),
]


# What the rules propose, whatever the judge takes of it.
RULED: list[tuple[str, str, Expected]] = [
    (
        "relative in source",
        "Brandt, who chairs the council, said the bridge would close.",
        [("Brandt, who chairs the council,", "said", ["the bridge would close"])],
    ),
    (
        "nested to",
        "Brandt said she had refused to resign.",
        [("Brandt", "said", ["she had refused to resign"]), ("she", "had refused", ["to resign"])],
    ),
    (
        "nested object",
        "Brandt said the builder denies the charge.",
        [("Brandt", "said", ["the builder denies the charge"]), ("the builder", "denies", ["the charge"])],
    ),
    (
        "another source goes on",
        "Brandt said the bridge was old, and Ortega warned that it could fall.",
        [("Brandt", "said", ["the bridge was old"]), ("Ortega", "warned", ["that it could fall"])],
    ),
    (
        "dash and but",
        "Brandt said the bridge was old — but she denied that it was unsafe.",
        [("Brandt", "said", ["the bridge was old"]), ("she", "denied", ["that it was unsafe"])],
    ),
    (
        "listed cues",
        "Brandt explained that the bridge was old, insisted it was safe and urged drivers to wait.",
        [
            ("Brandt", "explained", ["that the bridge was old"]),
            ("Brandt", "insisted", ["it was safe"]),
            ("Brandt", "urged", ["drivers to wait"]),
        ],
    ),
    ("verb in ee", "Brandt agreed that the bridge was old.", [("Brandt", "agreed", ["that the bridge was old"])]),
    (
        "quoted by a paper",
        "The Courier quoted an engineer as saying the bridge was old.",
        [("an engineer", "quoted", ["the bridge was old"])],
    ),
    (
        "was quoted as saying",
        "“The bridge is old,” the engineer was quoted as saying.",
        [("the engineer", "was quoted as saying", ["“The bridge is old,”"])],
    ),
    (
        "as she put it",
        "The bridge is, as Brandt put it, “a relic of the flood.”",
        [("Brandt", "put it", ["The bridge is", "“a relic of the flood.”"])],
    ),
    (
        "quotation ends the clause",
        "The bridge, Brandt told drivers, “is a relic of the flood.”",
        [("Brandt", "told", ["The bridge", "“is a relic of the flood.”"])],
    ),
    (
        "relative clause in what is said",
        "Brandt said the bridge, which opened in 1911, was old.",
        [("Brandt", "said", ["the bridge, which opened in 1911, was old"])],
    ),
    (
        "relative clause between commas",
        "Brandt, who said the bridge was old, left early.",
        [("who", "said", ["the bridge was old"])],
    ),
    (
        "restrictive relative clause",
        "Drivers who crossed the bridge said it shook.",
        [("Drivers who crossed the bridge", "said", ["it shook"])],
    ),
    ("per", "The bridge is old, per the port authority.", [("the port authority", "per", ["The bridge is old"])]),
    ("one of them", "“It shook,” said one of them.", [("one of them", "said", ["“It shook,”"])]),
    ("noun", "The claim that the bridge had moved was false.", [(None, "claim", ["that the bridge had moved"])]),
    (
        "noun of somebody",
        "Brandt's warning that the bridge could fall went unheard.",
        [("Brandt's", "warning", ["that the bridge could fall"])],
    ),
    (
        "noun among some",
        "The fear among drivers that the bridge might burn has emptied the road.",
        [("drivers", "fear", ["that the bridge might burn"])],
    ),
    (
        "noun of asking",
        "Her demand that the port close by May went unheard.",
        [("Her", "demand", ["that the port close by May"])],
    ),
    ("view", "In her view, the bridge is old.", [("her", "view", ["the bridge is old"])]),
    ("in other words", "In other words, the bridge is old.", []),
    (
        "noun and colon",
        "The mayor had one message for drivers: “Close the bridge now.”",
        [("The mayor", "message", ["“Close the bridge now.”"])],
    ),
    (
        "accused by",
        "Brandt was accused by a former clerk of hiding the tests.",
        [("a former clerk", "was accused by", ["Brandt", "of hiding the tests"])],
    ),
    ("nothing said", "Brandt said nothing.", []),
    (
        "question and answer",
        "Q: When did it open?\n\nA: In May, and it closed in June.",
        [("Q", ":", ["When did it open?"]), ("A", ":", ["In May, and it closed in June."])],
    ),
]


def attributions_in(text: str) -> tuple[Attribution, ...]:
    layout = read_layout(text)
    return find_attributions(read_clauses(layout, find_quotations(layout)), shipped_tagger().tag(text))


@pytest.mark.parametrize(("text", "expected"), [pytest.param(text, expected, id=name) for name, text, expected in CASES])
def test_attributions(text: str, expected: Expected) -> None:
    assert worded(text, attributions_in(text)) == expected


@pytest.mark.parametrize(("text", "expected"), [pytest.param(text, expected, id=name) for name, text, expected in RULED])
def test_rules(text: str, expected: Expected) -> None:
    layout = read_layout(text)
    assert worded(text, find_ruled(read_clauses(layout, find_quotations(layout)))) == expected


def worded(text: str, attributions: Iterable[Attribution]) -> Expected:
    return [
        (
            " ".join(span.of(text) for span in attribution.source) or None,
            " ".join(span.of(text) for span in attribution.cue) or None,
            [span.of(text) for span in attribution.content],
        )
        for attribution in attributions
    ]


def test_confidence_tells_sure_patterns_from_guesses() -> None:
    sure, guessed = (
        attributions_in(text)[0].confidence
        for text in ("“The bridge is safe,” Ortega said.", "Ortega criticized the bridge.")
    )
    assert 0 < guessed < sure < 1


@given(NEWS | st.text(max_size=60))
def test_any_text(text: str) -> None:
    for attribution in attributions_in(text):
        spans = [*attribution.content, *attribution.cue, *attribution.source]
        assert attribution.content
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
        assert all(a.end < b.start for a, b in zip(attribution.content, attribution.content[1:], strict=False))
        assert 0 < attribution.confidence <= 1
    found = [(attribution.content, attribution.source) for attribution in attributions_in(text)]
    assert len(found) == len(set(found))


def test_one_content_of_one_source_is_one_attribution() -> None:
    text = "He then went on, in a speech at the yard, to note that the navy can build ships of its own."
    contents = [" ".join(span.of(text) for span in attribution.content) for attribution in attributions_in(text)]
    assert contents.count("that the navy can build ships of its own") == 1


def test_reading_order() -> None:
    text = "Ortega said the bridge was safe. “It is not,” Brandt said. “It never was.”"
    starts = [attribution.content[0].start for attribution in attributions_in(text)]
    assert starts == sorted(starts)
