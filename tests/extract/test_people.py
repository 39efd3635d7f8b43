"""Who is named, who speaks and what the text says of them, one small case a line."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.extract import extract
from app.extract.document import Document, Quote, Span, Speaker
from app.extract.layout import read_layout
from app.extract.people import Cast, find_people
from app.extract.quotation import find_quotations
from app.extract.tagger import shipped_tagger


def cast_of(text: str) -> Cast:
    layout = read_layout(text)
    return find_people(layout, find_quotations(layout), shipped_tagger().tag(text))


def spoken_by(text: str, source: str, occurrence: int = 0) -> Speaker | None:
    """The speaker of the noun phrase `source` in `text`."""
    cast, start = cast_of(text), -1
    for _ in range(occurrence + 1):
        start = text.index(source, start + 1)
    speaker = cast.speaker((Span(start, start + len(source)),))
    return next((s for s in cast.speakers() if s.id == speaker), None)


def people_of(text: str) -> set[str]:
    return {speaker.name for speaker in cast_of(text).speakers() if speaker.kind == "person" and not speaker.anonymous}


SOURCES = {
    # name: (text, source, which occurrence of it, the speaker's name or None)
    "full name": ("Maria Keller said it would rain.", "Maria Keller", 0, "Maria Keller"),
    "surname": ("Maria Keller arrived. Keller said no.", "Keller", 1, "Maria Keller"),
    "surname before the full name": ("Keller said no. Maria Keller had voted before.", "Keller", 0, "Maria Keller"),
    "first name": ("Maria Keller sings. “I try,” Maria said.", "Maria", 1, "Maria Keller"),
    "title and surname": (
        "President Ana Torres spoke. Later President Torres said yes.",
        "President Torres",
        0,
        "Ana Torres",
    ),
    "courtesy": ("Police held Peter Lowe. Mr. Lowe said he was at home.", "Mr. Lowe", 0, "Peter Lowe"),
    "short form of a given name": ("Sen. Joseph Hale spoke. Joe Hale said no.", "Joe Hale", 0, "Joseph Hale"),
    "middle initial": ("Judge Karen P. Stone ruled. Karen Stone said so.", "Karen Stone", 0, "Karen P. Stone"),
    "particle": ("Ursula von der Heide said yes.", "Ursula von der Heide", 0, "Ursula von der Heide"),
    "an adjective that is a rank too": (
        "It was a major issue in the campaign of Ada Lis. “Never again,” she said.",
        "she",
        0,
        "Ada Lis",
    ),
    "a rank": ("The major said no. Then the general election came.", "The major", 0, "major"),
    "hyphen": ("Jean-Luc Petit-Moreau said yes.", "Jean-Luc Petit-Moreau", 0, "Jean-Luc Petit-Moreau"),
    "month as a surname": ("Teresa May said on May 4 that she would go.", "Teresa May", 0, "Teresa May"),
    "an office as a surname": ("Harriet Dean spoke. Later Dean said sorry.", "Dean", 1, "Harriet Dean"),
    "an office beside that surname": ("Harriet Dean met the Dean, who said no.", "the Dean", 0, "Dean"),
    "a city that is a given name": ("Charlotte Mayor Ana Torres said no.", "Charlotte Mayor Ana Torres", 0, "Ana Torres"),
    "apostrophe": ("Kevin O’Dowd said no. O’Dowd’s lawyer left.", "O’Dowd", 0, "Kevin O’Dowd"),
    "nickname in quotation marks": ("William “Bud” Carver won. Carver said so.", "Carver", 1, "William “Bud” Carver"),
    "initials": ("J.K. Harding said it was over.", "J.K. Harding", 0, "J.K. Harding"),
    "generation": ("Donald Pratt left. Donald Pratt Jr. said no.", "Donald Pratt Jr.", 0, "Donald Pratt Jr."),
    "parents of one name": ("Donald Pratt left. Donald Pratt Jr. said no.", "Donald Pratt", 0, "Donald Pratt"),
    "role before": ("Ministry spokesman Ivo Novak said no.", "Ministry spokesman Ivo Novak", 0, "Ivo Novak"),
    "possessor before": (
        "Ana Torres’s press secretary Ivo Novak said no.",
        "Ana Torres’s press secretary Ivo Novak",
        0,
        "Ivo Novak",
    ),
    "what follows is no head": (
        "Ivo Novak, whose party Ana Torres leads and who met Peter Lowe, said no.",
        "Ivo Novak, whose party Ana Torres leads and who met Peter Lowe,",
        0,
        "Ivo Novak",
    ),
    "apposition": ("Ivo Novak, an aide to Ana Torres, said no.", "Ivo Novak, an aide to Ana Torres,", 0, "Ivo Novak"),
    "name after a nominal": ("The spokesman, Ivo Novak, said no.", "The spokesman, Ivo Novak,", 0, "Ivo Novak"),
    "two of one surname": ("Ann Doyle met Bob Doyle. Ms. Doyle said no.", "Ms. Doyle", 0, "Ann Doyle"),
    "the other of one surname": ("Ann Doyle met Bob Doyle. Mr. Doyle said no.", "Mr. Doyle", 0, "Bob Doyle"),
    "the one named more often": (
        "Ann Doyle won. Ann Doyle beat Lee Park. Her husband Bob Doyle cheered. Doyle said no.",
        "Doyle said",
        0,
        "Ann Doyle",
    ),
    "two of one first name": ("Igor Belov met Igor Sidorov. Sidorov said no.", "Sidorov", 1, "Igor Sidorov"),
    "he": ("Peter Lowe met Ana Torres. He said no.", "He", 0, "Peter Lowe"),
    "she": ("Peter Lowe met Ana Torres. She said no.", "She", 0, "Ana Torres"),
    "she with nobody to stand for": ("Peter Lowe left. She said no.", "She", 0, None),
    "he with nobody before": ("He said no.", "He", 0, None),
    "subject before object": ("Ana Torres thanked Maria Keller. She said it was late.", "She", 0, "Ana Torres"),
    "across paragraphs": ("Peter Lowe left on Monday.\n\n“No,” he said.", "he", 0, "Peter Lowe"),
    "announced subject": ("Lee Ford left. In his diary, Karl Menger wrote that he was ill.", "his", 0, "Karl Menger"),
    "gender of a role": ("Congresswoman Kai Lund met Peter Lowe. She said no.", "She", 0, "Kai Lund"),
    "gender learnt from an apposition": ("Kai Lund, an actress, met Peter Lowe. She said no.", "She", 0, "Kai Lund"),
    "the office's holder": ("Sen. Ana Torres met Gov. Peter Lowe. The senator said no.", "The senator", 0, "Ana Torres"),
    "the office's nation": (
        "French President Luc Petit met Polish President Jan Kos. The Polish president said no.",
        "The Polish president",
        0,
        "Jan Kos",
    ),
    "the office's party": (
        "Republican nominee Peter Lowe met Democratic nominee Ana Torres. The Republican nominee said no.",
        "The Republican nominee",
        0,
        "Peter Lowe",
    ),
    "an office of several": ("Sen. Ana Torres met Sen. Peter Lowe. The senator said no.", "The senator", 0, "senator"),
    "paper with its article": ("The Daily Courier reported a fire.", "The Daily Courier", 0, "The Daily Courier"),
    "agency": ("According to Reuters, the deal is off.", "Reuters", 0, "Reuters"),
    "ministry": ("The Ministry of Health said so.", "The Ministry of Health", 0, "The Ministry of Health"),
    "country": ("Norway has said it will pay.", "Norway", 0, "Norway"),
    "capital for country": ("Norway will pay. Oslo said so on Friday.", "Oslo", 0, "Norway"),
    "regime for country": ("Norway will pay. The Norwegian government said so.", "The Norwegian government", 0, "Norway"),
    "acronym": (
        "The National Weather Bureau warned of snow. NWB said more would come.",
        "NWB",
        0,
        "The National Weather Bureau",
    ),
    "institution by its noun": (
        "The Ministry of Health closed. The ministry said so.",
        "The ministry",
        0,
        "The Ministry of Health",
    ),
    "paper by its noun": ("The Daily Courier closed. The paper said so.", "The paper", 0, "The Daily Courier"),
    "an institution of another kind": ("The Ministry of Health closed. The bank said so.", "The bank", 0, "bank"),
    "official": ("A U.S. official said no.", "A U.S. official", 0, "U.S. official"),
    "same official": ("A Danish official said no. The official said more.", "The official", 0, "Danish official"),
    "group": (
        "Two Danish officials and a third source said no.",
        "Two Danish officials and a third source",
        0,
        "Two Danish officials",
    ),
    "person familiar": (
        "A person familiar with the talks said no.",
        "A person familiar with the talks",
        0,
        "person familiar with the talks",
    ),
    "spokesman for": (
        "A spokesman for the ministry said no.",
        "A spokesman for the ministry",
        0,
        "spokesman for the ministry",
    ),
    "bare plural": ("Critics said it was a mistake.", "Critics", 0, "Critics"),
    "document": ("The report said nothing.", "The report", 0, None),
    "somebody's relative": ("His mother said no.", "His mother", 0, "His mother"),
}


@pytest.mark.parametrize(("text", "source", "occurrence", "name"), SOURCES.values(), ids=SOURCES.keys())
def test_a_source_has_its_speaker(text, source, occurrence, name):
    speaker = spoken_by(text, source, occurrence)
    assert (speaker.name if speaker else None) == name


KINDS = {
    # what is asked for: the text, the source, its kind, whether it is anonymous
    "person": ("Maria Keller said no.", "Maria Keller", "person", False),
    "country": ("Norway said no.", "Norway", "organization", False),
    "paper": ("The Daily Courier said no.", "The Daily Courier", "organization", False),
    "party": ("The Labour Party said no.", "The Labour Party", "organization", False),
    "official": ("A senior official said no.", "A senior official", "person", True),
    "source": ("Another source said no.", "Another source", "person", True),
    "officials": ("Ukrainian officials said no.", "Ukrainian officials", "group", True),
    "ministry": ("The ministry said no.", "The ministry", "organization", False),
}


@pytest.mark.parametrize(("text", "source", "kind", "anonymous"), KINDS.values(), ids=KINDS.keys())
def test_a_speaker_has_a_kind(text, source, kind, anonymous):
    speaker = spoken_by(text, source)
    assert speaker is not None
    assert (speaker.kind, speaker.anonymous) == (kind, anonymous)


FACTS = {
    # name: (text, source, what must be said of the speaker; every other field is None)
    "tag": (
        "Rep. Ana Torres (R-Ky.) said no.",
        "Ana Torres",
        {"role": "Rep.", "party": "Republican", "constituency": "Kentucky", "country": "US"},
    ),
    "tag between commas": (
        "Sen. Ana Torres, D-Mass., said no.",
        "Ana Torres",
        {"role": "Sen.", "party": "Democratic", "constituency": "Massachusetts", "country": "US"},
    ),
    "letters of a state with stops": (
        "Sen. Ana Torres (D-N.Y.) said no.",
        "Ana Torres",
        {"role": "Sen.", "party": "Democratic", "constituency": "New York", "country": "US"},
    ),
    "party alone in the tag": (
        "Texas Gov. Ana Torres (D) said no.",
        "Ana Torres",
        {"role": "Gov.", "party": "Democratic", "constituency": "Texas", "country": "US"},
    ),
    "state alone in the tag": (
        "Republican Rep. Ana Torres (Ohio) said no.",
        "Ana Torres",
        {"role": "Rep.", "party": "Republican", "constituency": "Ohio", "country": "US"},
    ),
    "state after the name": (
        "Sen. Ana Torres of Maine said no.",
        "Ana Torres",
        {"role": "Sen.", "constituency": "Maine", "country": "US"},
    ),
    "a state without an office in it": (
        "Texas teacher Ana Torres said no.",
        "Ana Torres",
        {"role": "teacher", "country": "US"},
    ),
    "a university's state": (
        "Ana Torres, a teacher at the University of Texas, said no.",
        "Ana Torres",
        {"role": "teacher at the University of Texas", "affiliation": "University of Texas", "country": "US"},
    ),
    "another's role in a list": ("Ana Torres, mayor Jan Kos and Peter Lowe left.", "Ana Torres", {}),
    "a clause is no apposition": ("Ana Torres, as she has become a judge, said no.", "Ana Torres", {}),
    "a war is no nationality": ("Iraq war veteran Ana Torres said no.", "Ana Torres", {"role": "Iraq war veteran"}),
    "British tag": (
        "Jane Marsh (Lab, Leeds West) said no.",
        "Jane Marsh",
        {"party": "Labour", "constituency": "Leeds West"},
    ),
    "nationality": ("Polish President Jan Kos said no.", "Jan Kos", {"role": "President", "country": "PL"}),
    "courtesy is no role": ("Mr. Jan Kos said no.", "Jan Kos", {}),
    "rank": ("Capt. Jan Kos said no.", "Jan Kos", {"role": "Capt."}),
    "post before rank": (
        "Pentagon spokesman Maj. Jan Kos said no.",
        "Jan Kos",
        {"role": "spokesman", "affiliation": "Pentagon", "country": "US"},
    ),
    "role in lower case": ("Deputy finance minister Jan Kos said no.", "Jan Kos", {"role": "Deputy finance minister"}),
    "no verb in the role": ("They let Polish minister Jan Kos speak.", "Jan Kos", {"role": "minister", "country": "PL"}),
    "apposition": (
        "Jan Kos, the mayor of the port, said no.",
        "Jan Kos",
        {"role": "mayor of the port"},
    ),
    "present before former": (
        "Jan Kos, a former Polish officer and head of the harbour board, said no.",
        "Jan Kos",
        {"role": "head of the harbour board", "country": "PL"},
    ),
    "affiliation": (
        "Jan Kos, director of the Wexford Institute, said no.",
        "Jan Kos",
        {"role": "director of the Wexford Institute", "affiliation": "Wexford Institute"},
    ),
    "possessor's country": (
        "Polish President Jan Kos left. Kos’s press secretary Ada Lis said no.",
        "Ada Lis",
        {"role": "press secretary", "affiliation": "Kos", "country": "PL"},
    ),
    "country's own": (
        "Poland’s foreign ministry spokesman Jan Kos said no.",
        "Jan Kos",
        {"role": "foreign ministry spokesman", "country": "PL"},
    ),
    "predicate": ("Jan Kos is the mayor of the town. He said no.", "Jan Kos", {"role": "mayor of the town"}),
    "no predicate of that kind": ("Jan Kos is nowhere near the player he was.", "Jan Kos", {}),
    "unnamed": ("A U.S. official said no.", "A U.S. official", {"role": "official", "country": "US"}),
    "unnamed for an institution": (
        "A spokesman for the ministry said no.",
        "A spokesman for the ministry",
        {"role": "spokesman", "affiliation": "ministry"},
    ),
    "institution's country": ("The Kremlin said no.", "The Kremlin", {"country": "RU"}),
    "nothing said": ("Jan Kos said no.", "Jan Kos", {}),
}


@pytest.mark.parametrize(("text", "source", "facts"), FACTS.values(), ids=FACTS.keys())
def test_a_description_says_what_the_text_says(text, source, facts):
    speaker = spoken_by(text, source)
    assert speaker is not None
    fields = ("role", "affiliation", "party", "constituency", "country")
    assert {name: getattr(speaker, name) for name in fields if getattr(speaker, name)} == facts
    assert set(speaker.evidence) & set(fields) == set(facts)
    assert all(span.of(text) for spans in speaker.evidence.values() for span in spans)


NAMED = {
    "nobody": ("The rain went on for days.", set()),
    "places are nobody": ("They flew from Paris to New York on Monday.", set()),
    "organisations are nobody": ("The Justice Department sued Acme Corp. and the Daily Courier.", set()),
    "nationalities are nobody": ("American and North Korean troops met Ukrainians.", set()),
    "laws and works are nobody": ("The Clean Water Act passed and the Long River flooded.", set()),
    "opening words are nobody": ("Nevertheless, many people left. However, some stayed.", set()),
    "those only spoken about": ("The board met about Jan Kos and Ada Lis.", {"Jan Kos", "Ada Lis"}),
    "headline": ("Ana Torres Wins Big in Historic Vote", {"Ana Torres"}),
    "title and name are one": (
        "Secretary of State Ana Torres and Attorney General Jan Kos met.",
        {"Ana Torres", "Jan Kos"},
    ),
    "a list": ("Ana Torres, Jan Kos and Peter Lowe left.", {"Ana Torres", "Jan Kos", "Peter Lowe"}),
    "an office of two parts": ("Police Director-General Tomo Adeyka resigned on Friday.", {"Tomo Adeyka"}),
    "an adjective as a given name": ("The band's drummer, Christian Varga, sang.", {"Christian Varga"}),
    "a word that is a name here": ("Ann Hall beat Ivo Stone. He said Stone had slept badly.", {"Ann Hall", "Ivo Stone"}),
}


@pytest.mark.parametrize(("text", "names"), NAMED.values(), ids=NAMED.keys())
def test_people_are_those_the_text_names(text, names):
    assert people_of(text) == names


def test_all_mentions_of_a_speaker_are_kept():
    text = "Sen. Ana Torres left. Torres’s car stayed. She said no, and the senator meant it."
    speaker = spoken_by(text, "She")
    assert speaker is not None
    assert [(m.span.of(text), m.form) for m in speaker.mentions] == [
        ("Ana Torres", "name"),
        ("Torres", "name"),
        ("She", "pronoun"),
        ("the senator", "nominal"),
    ]


def test_asking_by_place_makes_nobody_a_speaker():
    text = "Norway paid. Jan Kos left."
    cast = cast_of(text)
    assert cast.named(Span(0, 6)) is not None
    assert [speaker.name for speaker in cast.speakers()] == ["Jan Kos"]


def test_first_person_belongs_to_whoever_is_quoted():
    text = "Jan Kos said, “I lost my keys.”"
    cast = cast_of(text)
    speaker = cast.speaker((Span(0, 7),))
    content = (Span(text.index("“"), len(text)),)
    cast.hear([Quote("q1", "direct", "", content, (Span(0, 7),), (), speaker)])
    assert [m.span.of(text) for m in cast.speakers()[0].mentions] == ["Jan Kos", "I", "my"]


POINTED = {
    # name: (text, pronoun, whom no sign but the sense of the sentence tells)
    "the one who did it": ("Maria Keller thanked Ana Torres because she had saved her dog.", "she", "Ana Torres"),
    "the one who came": (
        "Sofia Brandt replaced Ana Torres as director in May. Her predecessor had asked for more, which Brandt refused.",
        "Her",
        "Sofia Brandt",
    ),
    "an object": ("The judge freed Peter Lowe. Before he walked out, he shook hands with Jan Kos.", "he", "Peter Lowe"),
}


@pytest.mark.parametrize(("text", "pronoun", "expected"), POINTED.values(), ids=POINTED)
def test_whom_the_network_sees_a_pronoun_point_at(text: str, pronoun: str, expected: str) -> None:
    cast = cast_of(text)
    start = text.index(f" {pronoun} ") + 1
    (bearer,) = (m.entity for m in cast.mentions if m.form == "pronoun" and m.span.start == start)
    assert expected in {m.span.of(text) for m in cast.mentions if m.entity == bearer}


def test_without_the_network_signs_alone_decide() -> None:
    text = "Peter Lowe arrived. He left."
    layout = read_layout(text)
    cast = find_people(layout, find_quotations(layout), shipped_tagger().tag(""))
    assert {m.entity for m in cast.mentions if m.form == "pronoun"} == {m.entity for m in cast.mentions if m.form == "name"}


def test_many_people_of_one_surname_stay_apart():
    given_names = ["Ann", "Bob", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivan", "Jane"]
    text = " ".join(f"{name} Miller left." for name in given_names)
    assert people_of(text) == {f"{name} Miller" for name in given_names}


FRAGMENTS = [
    *["President", "Jan", "Kos", "Ana", "Torres’s", "said", "he", "She", ",", ".", "(R-Ky.)", "(", "“", "”", "of", "the"],
    *["The", "Ministry", "and", "officials", "who", "Jr.", "de", "U.S.", "-", "’", "I", "senator", "\n\n", "Norway", "May"],
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(FRAGMENTS),
        max_size=40,
    ).map(" ".join)
    | st.text(max_size=200)
)
@example("he Jan . Kos")  # a pronoun that comes before the name it stands for
def test_any_text_is_read(text):
    cast = cast_of(text)
    for mention in cast.mentions:
        assert 0 <= mention.span.start < mention.span.end <= len(text)
        cast.speaker((mention.span,))
    cast.speaker((Span(0, len(text)),))
    speakers = cast.speakers()
    assert len({speaker.id for speaker in speakers}) == len(speakers)
    assert all(speaker.name and speaker.mentions for speaker in speakers)
    assert [s.mentions[0].span.start for s in speakers] == sorted(s.mentions[0].span.start for s in speakers)


@pytest.mark.parametrize("apposition", ["billionaire Republican who shuns debates", "a billionaire and Republican"])
def test_an_apposition_of_a_party_alone_is_no_role(apposition: str) -> None:
    text = f"Dana Trask, {apposition}, said the bridge would stay."
    (speaker,) = [each for each in extract(Document(text)).speakers if each.name == "Dana Trask"]
    assert speaker.role is None
    assert speaker.party == "Republican"
