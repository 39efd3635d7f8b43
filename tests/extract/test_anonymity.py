"""Sources that an article does not name: who they are, how many, on what terms they speak, whose they are, who carries them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract import extract
from app.extract.document import Document, Extraction, Speaker
from app.extract.layout import read_layout
from app.extract.people import find_people
from app.extract.people.count import read_count
from app.extract.people.nominals import find_nominals
from app.extract.people.terms import read_terms
from app.extract.people.wording import read_wording
from app.extract.quotation import find_quotations
from app.extract.tagger import shipped_tagger


def read(text: str) -> Extraction:
    return extract(Document(text))


def anonymous_in(text: str) -> list[Speaker]:
    return [speaker for speaker in read(text).speakers if speaker.anonymous]


COUNTS = {
    "two": ("Two officials said it was late.", 2, "Two"),
    "a": ("A senior official said it was late.", 1, "A senior official"),
    "one": ("One diplomat said it was late.", 1, "One diplomat"),
    "three, with more about them": ("Three people familiar with the sale said it was off.", 3, "Three"),
    "a dozen": ("A dozen diplomats said it was late.", 12, "A dozen"),
    "half a dozen": ("Half a dozen aides said it was late.", 6, "Half a dozen"),
    "two dozen": ("Two dozen aides said it was late.", 24, "Two dozen"),
    "digits": ("The 27 ministers said it was late.", 27, "27"),
    "a pair": ("A pair of aides said it was late.", 2, "A pair"),
    "both": ("Both officials said it was late.", 2, "Both"),
    "adjectives between": ("Four senior Danish officials said it was late.", 4, "Four"),
    "some of them": ("Two of the officials said it was late.", 2, "Two"),
    "one of them": ("One of the officials said it was late.", 1, "One of the officials"),
    "told later": ("Officials said it was late. The two officials said more.", 2, "two"),
    "bare plural": ("Officials said it was late.", None, None),
    "several": ("Several officials said it was late.", None, None),
    "dozens": ("Dozens of officials said it was late.", None, None),
    "at least": ("At least three officials said it was late.", None, None),
    "more than": ("More than a dozen aides said it was late.", None, None),
    "about": ("About 20 aides said it was late.", None, None),
    "up to": ("Up to 20 aides said it was late.", None, None),
    "several dozen": ("Several dozen aides said it was late.", None, None),
    "anybody": ("Any official said it was late.", None, None),
    "a share": ("Eight of 10 voters said it was late.", None, None),
    "some of so many": ("Two of the three officials said it was late.", 2, "Two"),
    "half of so many": ("Half of the 12 aides said it was late.", None, None),
    "somebody": ("Someone with knowledge of the sale said it was off.", 1, "Someone"),
    "a year": ("The 2016 candidates said it was late.", None, None),
}


@pytest.mark.parametrize(("text", "count", "evidence"), COUNTS.values(), ids=COUNTS.keys())
def test_how_many_they_are(text: str, count: int | None, evidence: str | None) -> None:
    speaker = anonymous_in(text)[0]
    spans = speaker.evidence.get("count", ())
    assert (speaker.count, [span.of(text) for span in spans]) == (count, [evidence] if evidence else [])


REASONS = {
    "relative clause": (
        "A senior official, who was not authorised to speak publicly, said it was late.",
        "not authorised to speak publicly",
    ),
    "relative clause without commas": (
        "A person who asked not to be identified said it was late.",
        "asked not to be identified",
    ),
    "participle": (
        "“It is late,” said a diplomat, speaking on condition of anonymity to discuss private talks.",
        "on condition of anonymity to discuss private talks",
    ),
    "end of the sentence": (
        "“It is late,” an official said on the condition of anonymity.",
        "on the condition of anonymity",
    ),
    "opening": ("Speaking on background, a senior official said it was late.", "Speaking on background"),
    "sentence after": (
        "Two officials said it was late. The officials spoke on condition of anonymity because nobody had authorised them to "
        "brief reporters.",
        "on condition of anonymity because nobody had authorised them to brief reporters",
    ),
    "pronoun": ("Two aides said it was late. They asked not to be named.", "asked not to be named"),
    "singular they": ("A nurse said it was late. They asked not to be named.", "asked not to be named"),
    "both": ("Two aides said it was late. Both requested anonymity.", "requested anonymity"),
    "apposition": (
        "A trader, who declined to be named for fear of reprisals, said it was late.",
        "declined to be named for fear of reprisals",
    ),
    "citing": (
        "An aide who asked not to be named, citing the sensitivity of the talks, said it was late.",
        "asked not to be named, citing the sensitivity of the talks",
    ),
    "a cause with a verb of speech": (
        "Two aides said it was late. They asked not to be named because the firm said it would sue.",
        "asked not to be named because the firm said it would sue",
    ),
    "what the source says is no cause": (
        "An aide who requested anonymity to discuss the talks said the ship had sailed.",
        "requested anonymity to discuss the talks",
    ),
    "to whom is no cause": (
        "A neighbour, who told The Star on condition of anonymity, said the road was closed.",
        "on condition of anonymity",
    ),
    "two formulas are one": (
        "A clerk, who was not authorised to speak and asked not to be named, said it was late.",
        "not authorised to speak and asked not to be named",
    ),
    "the one with a cause": (
        "A clerk who requested anonymity said it was late. The clerk was not authorised to discuss the case.",
        "not authorised to discuss the case",
    ),
    "contraction": (
        "A Keller adviser who wasn’t authorised to speak publicly said it was late.",
        "wasn’t authorised to speak publicly",
    ),
    "American spelling": (
        "The plan is dead, according to an official who was not authorized to discuss it.",
        "not authorized to discuss it",
    ),
    "to remain anonymous": ("A witness who asked to remain anonymous said it was late.", "asked to remain anonymous"),
    "not for attribution": (
        "An official said, speaking not for attribution, that it was late.",
        "speaking not for attribution",
    ),
    "the name": (
        "“It is late,” said a nurse, who did not want her name used because she feared losing her job.",
        "did not want her name used because she feared losing her job",
    ),
    "told an outlet": (
        "A diplomat told the Daily Courier on condition of anonymity that it was late.",
        "on condition of anonymity",
    ),
    "legal reasons": (
        "A witness, who cannot be named for legal reasons, said it was late.",
        "cannot be named for legal reasons",
    ),
    "none": ("A senior official said it was late.", None),
    "said by the source itself": ("“I was not authorised to speak,” an official said.", None),
    "of somebody else": ("An official said the agency was not authorised to discuss the sale.", None),
    "of somebody with a name": ("An official said Jane Doe had asked not to be named.", None),
    "another thing not allowed": ("A driver said he was not allowed to park there.", None),
    "a photograph": ("A driver who asked not to be photographed said it was late.", None),
    "background of another kind": ("An official with a background in law said it was late.", None),
    "wants to be named": ("A driver who agreed to be named said it was late.", None),
}


@pytest.mark.parametrize(("text", "reason"), REASONS.values(), ids=REASONS.keys())
def test_why_they_are_not_named(text: str, reason: str | None) -> None:
    speaker = anonymous_in(text)[0]
    assert speaker.reason == reason
    assert [span.of(text) for span in speaker.evidence.get("reason", ())] == ([reason] if reason else [])


def test_all_who_spoke_have_the_reason_that_all_have() -> None:
    text = "A trader said prices fell. A broker said they rose. Both asked not to be named."
    assert {speaker.name: speaker.reason for speaker in anonymous_in(text)} == {
        "trader": "asked not to be named",
        "broker": "asked not to be named",
    }


@pytest.mark.parametrize(
    "text", ["Jane Doe, who was not authorised to speak, said it was late.", "The ministry asked not to be named, it said."]
)
def test_who_is_named_has_neither_number_nor_reason(text: str) -> None:
    assert [(speaker.count, speaker.reason) for speaker in read(text).speakers] == [(None, None)]


OWNERS = {
    "institution before": ("A Treasury official said it was late.", "Treasury"),
    "seat before": ("Two White House officials said it was late.", "White House"),
    "firm before": ("An Acme Corp. executive said it was late.", "Acme Corp."),
    "person before": ("A senior Keller adviser said it was late. Maria Keller left.", "Keller"),
    "possessor": ("Maria Keller left. Keller’s aides said it was late.", "Keller"),
    "close to somebody": ("A source close to Peter Lowe said it was late.", "Peter Lowe"),
    "close to a body": ("“It is late,” said a person close to the campaign.", "campaign"),
    "at": ("A person at the ministry said it was late.", "ministry"),
    "aide to": ("An aide to Senator Ana Torres said it was late.", "Ana Torres"),
    "for": ("A spokesman for the Pentagon said it was late.", "Pentagon"),
    "country": ("A U.S. official said it was late.", None),
    "place": ("A Brussels official said it was late.", None),
    "subject": ("People briefed on the talks said it was late.", None),
    "no service": ("A Keller voter said it was late.", None),
    "party": ("A Republican aide said it was late.", None),
}


@pytest.mark.parametrize(("text", "owner"), OWNERS.values(), ids=OWNERS.keys())
def test_whose_they_are(text: str, owner: str | None) -> None:
    speaker = anonymous_in(text)[0]
    assert speaker.affiliation == owner
    assert [span.of(text) for span in speaker.evidence.get("affiliation", ())] == ([owner] if owner else [])


IDENTITIES = {
    # name: (text, the names of the anonymous speakers and how often each is mentioned)
    "the official": ("A U.S. official said it was late. The official said nobody knew.", {"U.S. official": 2}),
    "a second one": (
        "A U.S. official said it was late. A second official said it was early. The second official said nobody knew.",
        {"U.S. official": 1, "second official": 2},
    ),
    "another": (
        "A U.S. official said it was late. Another U.S. official said it was early.",
        {"U.S. official": 1, "Another U.S. official": 1},
    ),
    "each other one is another": (
        "A diplomat said it was late. Another diplomat said it was early. Another diplomat said it was off.",
        {"diplomat": 1, "Another diplomat": 2},
    ),
    "by the order": (
        "A U.S. official said it was late. Another official said it was early. The first official said nobody knew.",
        {"U.S. official": 2, "Another official": 1},
    ),
    "one of": (
        "Three people familiar with the sale said it was late. One of the people said it was off.",
        {"Three people familiar with the sale": 2, "One of the people": 1},
    ),
    "the officials": (
        "Two Danish officials said it was late. The officials said nobody knew.",
        {"Two Danish officials": 2},
    ),
    "of so many": (
        "Two officials said it was late. Three officials said it was early. The two officials said nobody knew.",
        {"Two officials": 2, "Three officials": 1},
    ),
    "other ones": (
        "Several officials said it was late. Other officials said it was early.",
        {"Several officials": 1, "Other officials": 1},
    ),
    "the two": (
        "Two officials met three senators. The two said it was late. The three said it was early.",
        {"Two officials": 2, "three senators": 2},
    ),
    "they": ("Two officials arrived. They said it was late.", {"Two officials": 2}),
    "of another nation": (
        "A Danish official said it was late. A Swedish official said it was early. The Danish official said nobody knew.",
        {"Danish official": 2, "Swedish official": 1},
    ),
}


@pytest.mark.parametrize(("text", "speakers"), IDENTITIES.values(), ids=IDENTITIES.keys())
def test_who_is_who_among_them(text: str, speakers: dict[str, int]) -> None:
    found: dict[str, int] = {}
    for speaker in anonymous_in(text):
        found[speaker.name] = found.get(speaker.name, 0) + len(speaker.mentions)
    assert found == speakers


@pytest.mark.parametrize("pair", ["The two", "They", "Both"])
def test_two_people_with_names_are_no_group_without_one(pair: str) -> None:
    text = f"Two officials left. Peter Lowe and Ana Torres met. {pair} said they would appeal."
    assert "Peter Lowe" not in {speaker.name for speaker in anonymous_in(text)}
    assert [quote.speaker for quote in read(text).quotes] == [None]


def test_a_joint_statement_is_kept_under_who_is_named_first() -> None:
    text = "Peter Lowe and Ana Torres said in a statement that they would appeal."
    extraction = read(text)
    (quote,) = extraction.quotes
    assert {speaker.id: speaker.name for speaker in extraction.speakers}[quote.speaker or ""] == "Peter Lowe"
    assert [span.of(text) for span in quote.source] == ["Peter Lowe and Ana Torres"]


CARRIERS = {
    # name: (text, the source of the statement, who carries it)
    "told": ("Two officials told Reuters that the talks had failed.", "Two officials", "Reuters"),
    "told a paper": ("“It is over,” a diplomat told The Daily Courier.", "diplomat", "The Daily Courier"),
    "reported": ("Reuters reported that two officials said the talks had failed.", "two officials", "Reuters"),
    "cited by": ("According to two officials cited by Reuters, the talks had failed.", "two officials", "Reuters"),
    "citing": (
        "The Daily Courier reported that the talks had failed, citing two officials.",
        "two officials",
        "The Daily Courier",
    ),
    "citing first": (
        "Citing two people with knowledge of the sale, Reuters reported that it was off.",
        "two people",
        "Reuters",
    ),
    "told reporters": ("Two officials told reporters that the talks had failed.", "Two officials", None),
    "told a nameless paper": ("Two officials told the newspaper that the talks had failed.", "Two officials", None),
    "told to by name": ("Peter Lowe told Reuters that the talks had failed.", "Peter Lowe", None),
    "a document": ("Reuters reported that the talks had failed, citing a letter.", "Reuters", None),
}


@pytest.mark.parametrize(("text", "source", "via"), CARRIERS.values(), ids=CARRIERS.keys())
def test_who_carries_them(text: str, source: str, via: str | None) -> None:
    extraction = read(text)
    names = {speaker.id: speaker.name for speaker in extraction.speakers}
    carried = [quote for quote in extraction.quotes if quote.speaker and names[quote.speaker].startswith(source)]
    assert {quote.via for quote in carried} == {via}


FIRST_PERSONS = {
    "I": ("“I lost my keys,” Jan Kos said.", "Jan Kos", ["I", "my", "Jan Kos"]),
    "we of several": ("“We lost our keys,” the ministers said.", "ministers", ["We", "our", "the ministers"]),
    "we of one": ("“We lost the vote,” Jan Kos said.", "Jan Kos", ["Jan Kos"]),
    "outside the quotation": ("We met Jan Kos. “No,” Jan Kos said.", "Jan Kos", ["Jan Kos", "Jan Kos"]),
}


@pytest.mark.parametrize(("text", "name", "mentions"), FIRST_PERSONS.values(), ids=FIRST_PERSONS.keys())
def test_whose_first_person_it_is(text: str, name: str, mentions: list[str]) -> None:
    (speaker,) = [each for each in read(text).speakers if each.name == name]
    assert [mention.span.of(text) for mention in speaker.mentions] == mentions


PLACES = {
    "capital": ("Norway will pay. Oslo said on Friday it would not wait.", "Norway", ["Norway", "Oslo"]),
    "regime": ("China paid. The Chinese regime said it would not wait.", "China", ["China", "The Chinese regime"]),
    "seat": (
        "The Pentagon said it was late. The Department of Defense said it would act.",
        "Pentagon",
        ["Pentagon", "The Department of Defense"],
    ),
    "the same ministry": (
        "The Ministry of Health said it was late. The Health Ministry said it would act.",
        "The Ministry of Health",
        ["The Ministry of Health", "The Health Ministry"],
    ),
}


@pytest.mark.parametrize(("text", "name", "mentions"), PLACES.values(), ids=PLACES.keys())
def test_a_government_speaks_under_all_its_names(text: str, name: str, mentions: list[str]) -> None:
    assert [(each.name, [m.span.of(text) for m in each.mentions]) for each in read(text).speakers] == [(name, mentions)]


FRAGMENTS = [
    *[
        "An official",
        "two officials",
        "a dozen",
        "half a dozen",
        "one of them",
        "the two",
        "both",
        "another",
        "Jane Doe",
        "they",
    ],
    *[
        "spoke on condition of anonymity",
        "because he was",
        "not authorised to speak",
        "who asked not to be named",
        "citing",
    ],
    *[
        "said",
        ",",
        ".",
        "“",
        "”",
        "and",
        "the",
        "of",
        "close to",
        "Reuters",
        "told",
        "we",
        "I",
        "in order",
        "5,000",
        "\n\n",
    ],
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join) | st.text(max_size=120)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_whatever_is_told_stands_in_the_text(text: str) -> None:
    layout = read_layout(text)
    quotations, tagging = find_quotations(layout), shipped_tagger().tag("")
    cast = find_people(layout, quotations, tagging)
    for mention in cast.mentions:
        assert mention.span.of(text)
        cast.speaker((mention.span,))
    for speaker in cast.speakers():
        assert speaker.count is None or (speaker.anonymous and speaker.count > 0 and "count" in speaker.evidence)
        assert speaker.reason is None or speaker.reason == speaker.evidence["reason"][0].of(text)
        assert all(0 <= span.start < span.end <= len(text) for spans in speaker.evidence.values() for span in spans)
    wording = read_wording(layout, tagging)
    assert all(
        count is None or count.number > 0 for each in find_nominals(wording, []) for count in [read_count(wording, each)]
    )
    assert all(0 <= terms.first < terms.last <= len(layout.tokens) for terms in read_terms(wording, quotations))
