"""What a text says of its people: role, affiliation, party, constituency and country, one small case a line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.document import SPEAKER_FIELDS, Speaker
from app.extract.layout import read_layout
from app.extract.people import find_people
from app.extract.quotation import find_quotations
from app.extract.tagger import shipped_tagger


def people_of(text: str) -> dict[str, Speaker]:
    layout = read_layout(text)
    speakers = find_people(layout, find_quotations(layout), shipped_tagger().tag(text)).speakers()
    return {speaker.name: speaker for speaker in speakers}


def said_of(speaker: Speaker) -> dict[str, str]:
    return {name: value for name in SPEAKER_FIELDS if (value := getattr(speaker, name)) is not None}


BEFORE = {
    # name: (text, {person: everything that is said of them})
    "an agency and a title": (
        "Europol Director Jan Kos said no.",
        {"Jan Kos": {"role": "Director", "affiliation": "Europol"}},
    ),
    "a bank of two words": (
        "He met World Bank President Ada Lis.",
        {"Ada Lis": {"role": "President", "affiliation": "World Bank"}},
    ),
    "a field between": (
        "EU Migration Commissioner Ada Lis said no.",
        {"Ada Lis": {"role": "Migration Commissioner", "affiliation": "EU"}},
    ),
    "a central bank": ("Fed chair Ada Lis said no.", {"Ada Lis": {"role": "chair", "affiliation": "Fed", "country": "US"}}),
    "a boss": (
        "The deal pleased Wexcom boss Jan Kos.",
        {"Jan Kos": {"role": "boss", "affiliation": "Wexcom"}},
    ),
    "a firm nobody knows": (
        "They hired former Wexcom chief executive Jan Kos.",
        {"Jan Kos": {"role": "former Wexcom chief executive", "affiliation": "Wexcom"}},
    ),
    "a department": (
        "State Department spokeswoman Ada Lis said no.",
        {"Ada Lis": {"role": "spokeswoman", "affiliation": "State Department", "country": "US"}},
    ),
    "a committee": (
        "House Budget Committee Chairman Jan Kos said no.",
        {"Jan Kos": {"role": "Chairman", "affiliation": "House Budget Committee"}},
    ),
    "a party's committee": (
        "Republican National Committee chair Ada Lis said no.",
        {
            "Ada Lis": {
                "role": "chair",
                "affiliation": "Republican National Committee",
                "party": "Republican",
                "country": "US",
            }
        },
    ),
    "a club": (
        "Fans cheered Wexford Rovers midfielder Jan Kos.",
        {"Jan Kos": {"role": "midfielder", "affiliation": "Wexford Rovers"}},
    ),
    "a city for its club": (
        "Fans booed Dortmund coach Jan Kos.",
        {"Jan Kos": {"role": "coach", "affiliation": "Dortmund"}},
    ),
    "a city for itself": ("Leeds mayor Jan Kos said no.", {"Jan Kos": {"role": "Leeds mayor", "country": "GB"}}),
    "a national team": ("Norway captain Ada Lis said no.", {"Ada Lis": {"role": "captain", "country": "NO"}}),
    "a board": ("Wexcom board member Ada Lis said no.", {"Ada Lis": {"role": "board member", "affiliation": "Wexcom"}}),
    "a campaign": (
        "Torres campaign manager Jan Kos said no.",
        {"Jan Kos": {"role": "campaign manager", "affiliation": "Torres"}},
    ),
    "a party": ("Green Party co-leader Ada Lis said no.", {"Ada Lis": {"role": "co-leader", "party": "Green"}}),
    "a party nobody knows": (
        "They met Harbour Party lawmaker Ada Lis.",
        {"Ada Lis": {"role": "lawmaker", "party": "Harbour Party"}},
    ),
    "a party in lower case": (
        "They met Harbour party leader Ada Lis.",
        {"Ada Lis": {"role": "leader", "party": "Harbour party"}},
    ),
    "a seat": (
        "They met Leeds West MP Jane Marsh.",
        {"Jane Marsh": {"role": "MP", "constituency": "Leeds West"}},
    ),
    "a field of government": ("Immigration Minister Jan Kos said no.", {"Jan Kos": {"role": "Immigration Minister"}}),
    "a chamber is no employer": (
        "State Senate President Jan Kos said no.",
        {"Jan Kos": {"role": "State Senate President"}},
    ),
    "a field is no employer": ("They asked Vatican expert Ada Lis.", {"Ada Lis": {"role": "Vatican expert"}}),
    "a people is no employer": ("Kurdish leader Jan Kos said no.", {"Jan Kos": {"role": "Kurdish leader"}}),
    "a region is no employer": ("Former Bavarian premier Jan Kos left.", {"Jan Kos": {"role": "Former Bavarian premier"}}),
    "a valley is no employer": (
        "Silicon Valley investor Jan Kos said no.",
        {"Jan Kos": {"role": "Silicon Valley investor", "country": "US"}},
    ),
    "a country before the title": (
        "French Foreign Minister Luc Petit said no.",
        {"Luc Petit": {"role": "Foreign Minister", "country": "FR"}},
    ),
    "a country's name before the title": (
        "Japan Prime Minister Jan Kos said no.",
        {"Jan Kos": {"role": "Prime Minister", "country": "JP"}},
    ),
    "a country of the past": (
        "He wrote to then-Polish President Jan Kos.",
        {"Jan Kos": {"role": "then-Polish President", "country": "PL"}},
    ),
    "a colleague": ("She met her Norwegian counterpart Jan Kos.", {"Jan Kos": {"country": "NO"}}),
    "a country is no topic": ("They asked Syria expert Ada Lis.", {"Ada Lis": {"role": "Syria expert"}}),
    "party and state": (
        "Texas Republican Rep. Ana Torres said no.",
        {"Ana Torres": {"role": "Rep.", "party": "Republican", "constituency": "Texas", "country": "US"}},
    ),
    "a nominee": (
        "Democratic presidential nominee Ana Torres said no.",
        {"Ana Torres": {"role": "presidential nominee", "party": "Democratic", "country": "US"}},
    ),
    "a verb is no role": ("The paper quoted immigration official Jan Kos.", {"Jan Kos": {"role": "immigration official"}}),
    "shouting": (
        "THE REBELS DENIED THE REPORT OF COLONEL JAN KOS.",
        {"JAN KOS": {"role": "COLONEL"}},
    ),
}

AFTER = {
    "an institute": ("Ada Lis of the Wexford Institute said no.", {"Ada Lis": {"affiliation": "Wexford Institute"}}),
    "an institute between commas": (
        "Ada Lis, of the Wexford Institute, said no.",
        {"Ada Lis": {"affiliation": "Wexford Institute"}},
    ),
    "a union": ("Jan Kos from the Harbour Milan union said no.", {"Jan Kos": {"affiliation": "Harbour Milan"}}),
    "a university": (
        "They asked Ada Lis at the University of Wexford.",
        {"Ada Lis": {"affiliation": "University of Wexford"}},
    ),
    "a meeting is no employer": ("They saw Ada Lis at the Wexford Convention.", {"Ada Lis": {}}),
    "made by": ("Jan Kos of the creation of NATO knew nothing.", {"Jan Kos": {}}),
    "chief executive of": (
        "Ada Lis, chief executive of Wexcom, said no.",
        {"Ada Lis": {"role": "chief executive of Wexcom", "affiliation": "Wexcom"}},
    ),
    "the second of two posts": (
        "Ada Lis, president and chief executive of Wexcom, said no.",
        {"Ada Lis": {"role": "president", "affiliation": "Wexcom"}},
    ),
    "after a field": (
        "Jan Kos, professor of physics at Wexford University, said no.",
        {"Jan Kos": {"role": "professor of physics at Wexford University", "affiliation": "Wexford University"}},
    ),
    "after a description": (
        "Jan Kos, a reporter for the local daily Wexford Courier, said no.",
        {"Jan Kos": {"role": "reporter for the local daily Wexford Courier", "affiliation": "Wexford Courier"}},
    ),
    "a spokesman for somebody": (
        "Jan Kos, a spokesman for Ana Torres, said no.",
        {"Jan Kos": {"role": "spokesman for Ana Torres", "affiliation": "Ana Torres"}},
    ),
    "a coach of a city": (
        "Jan Kos, coach of Dortmund, said no.",
        {"Jan Kos": {"role": "coach of Dortmund", "affiliation": "Dortmund"}},
    ),
    "a critic of": ("Jan Kos, a critic of Wexcom Inc., said no.", {"Jan Kos": {"role": "critic of Wexcom Inc."}}),
    "against": (
        "Jan Kos, leader of protests against Wexcom Inc., said no.",
        {"Jan Kos": {"role": "leader of protests against Wexcom Inc."}},
    ),
    "an acronym for anything": ("Jan Kos, chairman of an NGO, said no.", {"Jan Kos": {"role": "chairman of an NGO"}}),
    "a court's whole name": (
        "Ada Lis, a judge at the Supreme People’s Court, said no.",
        {"Ada Lis": {"role": "judge at the Supreme People’s Court", "affiliation": "Supreme People’s Court"}},
    ),
    "introduced": (
        "The head of the Wexford Institute, Jan Kos, said no.",
        {"Jan Kos": {"role": "head of the Wexford Institute", "affiliation": "Wexford Institute"}},
    ),
    "introduced with a country": (
        "The vice-president of the Bundestag, Ada Lis, said no.",
        {"Ada Lis": {"role": "vice-president of the Bundestag", "affiliation": "Bundestag", "country": "DE"}},
    ),
    "mayor of": ("Jan Kos, mayor of Leeds, said no.", {"Jan Kos": {"role": "mayor of Leeds", "country": "GB"}}),
    "foreign minister of": (
        "Jan Kos, foreign minister of Poland, said no.",
        {"Jan Kos": {"role": "foreign minister of Poland", "country": "PL"}},
    ),
    "a former post": (
        "Jan Kos, a former director of Wexcom, said no.",
        {"Jan Kos": {"role": "former director of Wexcom", "affiliation": "Wexcom"}},
    ),
    "a party in brackets": ("Jan Kos (CDU) said no.", {"Jan Kos": {"party": "CDU", "country": "DE"}}),
    "of a party in brackets": ("Jan Kos (of the Harbour Party) said no.", {"Jan Kos": {"party": "Harbour Party"}}),
    "a party behind a picture": (
        "Jan Kos (photo) of the Harbour Party said no.",
        {"Jan Kos": {"party": "Harbour Party"}},
    ),
    "a lawmaker of a party": (
        "Ada Lis, a Harbour party MP, said no.",
        {"Ada Lis": {"role": "MP", "party": "Harbour party"}},
    ),
    "a leader of a party": (
        "Ada Lis, deputy leader of the pro-European Harbour Left party, said no.",
        {"Ada Lis": {"role": "deputy leader of the pro-European Harbour Left party", "party": "Harbour Left party"}},
    ),
    "between dashes": (
        "Jan Kos - a reporter for the Wexford Courier - said no.",
        {"Jan Kos": {"role": "reporter for the Wexford Courier", "affiliation": "Wexford Courier"}},
    ),
    "a tag": (
        "Mississippi Sen. Ana Torres (R) said no.",
        {"Ana Torres": {"role": "Sen.", "party": "Republican", "constituency": "Mississippi", "country": "US"}},
    ),
    "a byline is no tag": ("Ana Torres (PTI, AFP) wrote it.", {"Ana Torres": {}}),
    "a country without a title": ("They met Jan Kos of Poland.", {"Jan Kos": {"country": "PL"}}),
    "also from": ("Ada Lis, also from Norway, said no.", {"Ada Lis": {"country": "NO"}}),
    "a university of that name": ("They met Jan Kos of Georgia Tech.", {"Jan Kos": {}}),
    "born elsewhere": (
        "Jan Kos, a Poland-born engineer, said no.",
        {"Jan Kos": {"role": "Poland-born engineer", "country": "PL"}},
    ),
    "a nationality without an office": ("Ada Lis, Austrian winner of the prize, said no.", {"Ada Lis": {"country": "AT"}}),
    "another's statement": ("Jan Kos, Russian officials said, left.", {"Jan Kos": {}}),
    "the next one's title": (
        "They thanked Jan Kos, Secretary of State Ada Lis and others.",
        {"Jan Kos": {}, "Ada Lis": {"role": "Secretary of State", "country": "US"}},
    ),
    "with somebody else": (
        "“No,” said Jan Kos, with Europol Director Ada Lis at his side.",
        {"Jan Kos": {}, "Ada Lis": {"role": "Director", "affiliation": "Europol"}},
    ),
    "a deed is no role": (
        "Jan Kos, accused the current Polish prime minister of lies.",
        {"Jan Kos": {}},
    ),
    "the speaker after a quotation": ("They planned to “remove” Jan Kos, the officer said.", {"Jan Kos": {}}),
}

OWNED = {
    "a firm's spokesman": (
        "Wexcom’s new spokesman Jan Kos said no.",
        {"Jan Kos": {"role": "spokesman", "affiliation": "Wexcom"}},
    ),
    "a firm's man": ("“No,” said Wexcom’s Ada Lis.", {"Ada Lis": {"affiliation": "Wexcom"}}),
    "a city's player": ("Barcelona’s Jan Kos won.", {"Jan Kos": {"affiliation": "Barcelona"}}),
    "a country's man": ("Bolivia’s Jan Kos won.", {"Jan Kos": {"country": "BO"}}),
    "a country's minister": (
        "Israel’s new Defense Minister Jan Kos said no.",
        {"Jan Kos": {"role": "Defense Minister", "country": "IL"}},
    ),
    "somebody's secretary": (
        "Ana Torres’s press secretary Jan Kos said no.",
        {"Jan Kos": {"role": "press secretary", "affiliation": "Ana Torres"}, "Ana Torres": {}},
    ),
    "somebody's secretary after a comma": (
        "Jan Kos, Ana Torres’s lawyer, said no.",
        {"Jan Kos": {"role": "lawyer", "affiliation": "Ana Torres"}, "Ana Torres": {}},
    ),
    "one of somebody's lawyers": (
        "Jan Kos, one of Ana Torres’s lawyers, said no.",
        {"Jan Kos": {"role": "lawyer", "affiliation": "Ana Torres"}, "Ana Torres": {}},
    ),
    "somebody's brother": ("Ana Torres’s brother Jan Kos said no.", {"Jan Kos": {}, "Ana Torres": {}}),
    "a movement's deputy": (
        "Jan Kos, the Taliban’s former deputy leader, said no.",
        {"Jan Kos": {"role": "former deputy leader", "affiliation": "Taliban", "country": "AF"}},
    ),
    "the ministry's of a ministry with a name": (
        "The Ministry of Health closed. The ministry’s spokesman, Jan Kos, said no.",
        {"Jan Kos": {"role": "spokesman", "affiliation": "Ministry of Health"}},
    ),
    "somebody's party": ("Jan Kos’s CDU lost.", {"Jan Kos": {"party": "CDU"}}),
    "somebody's party by its long name": (
        "German Chancellor Jan Kos’s Christian Democratic Union lost.",
        {"Jan Kos": {"role": "Chancellor", "party": "CDU", "country": "DE"}},
    ),
    "somebody's party, named": ("Jan Kos’s party, the Harbour Party, lost.", {"Jan Kos": {"party": "Harbour Party"}}),
    "somebody and their party": ("Jan Kos and his Harbour Party lost.", {"Jan Kos": {"party": "Harbour Party"}}),
    "somebody's rivals": ("Jan Kos’s CDU rivals lost.", {"Jan Kos": {}}),
}

HELD = {
    "who heads": ("Jan Kos, who heads Wexcom Inc., said no.", {"Jan Kos": {"role": "head", "affiliation": "Wexcom Inc."}}),
    "teaches at": (
        "Ada Lis teaches at the University of Wexford.",
        {"Ada Lis": {"role": "teacher", "affiliation": "University of Wexford"}},
    ),
    "plays for": ("Ada Lis plays for Wexford United.", {"Ada Lis": {"role": "player", "affiliation": "Wexford United"}}),
    "heads elsewhere": ("Jan Kos heads to the Wexford Institute.", {"Jan Kos": {}}),
    "had been": (
        "Jan Kos had been director of the Wexford Institute.",
        {"Jan Kos": {"role": "director of the Wexford Institute", "affiliation": "Wexford Institute"}},
    ),
    "is the nominee": ("Ana Torres is the nominee this year.", {"Ana Torres": {"role": "nominee"}}),
}

SEVERAL = {
    "presidents": (
        "Presidents Ana Torres of Brazil and Jan Kos of Poland met.",
        {"Ana Torres": {"role": "President", "country": "BR"}, "Jan Kos": {"role": "President", "country": "PL"}},
    ),
    "a firm's heads": (
        "Wexcom heads Jan Kos and Ada Lis said no.",
        {"Jan Kos": {"role": "head", "affiliation": "Wexcom"}, "Ada Lis": {"role": "head", "affiliation": "Wexcom"}},
    ),
    "senators with a full stop": (
        "Sens. Jan Kos and Ada Lis said no.",
        {"Jan Kos": {"role": "Sen.", "country": "US"}, "Ada Lis": {"role": "Sen.", "country": "US"}},
    ),
    "such as": (
        "Polish painters who made a name such as Jan Kos and Ada Lis came.",
        {"Jan Kos": {"role": "painter", "country": "PL"}, "Ada Lis": {"role": "painter", "country": "PL"}},
    ),
    "among them": (
        "British directors, among them Jan Kos and Ada Lis, came.",
        {"Jan Kos": {"role": "director", "country": "GB"}, "Ada Lis": {"role": "director", "country": "GB"}},
    ),
    "one title is not all's": ("Mayor Jan Kos and Ada Lis came.", {"Jan Kos": {"role": "Mayor"}, "Ada Lis": {}}),
    "a fuller one later": (
        "Mr. Kos left. Wexcom chief executive Jan Kos had said no.",
        {"Jan Kos": {"role": "chief executive", "affiliation": "Wexcom"}},
    ),
    "the office adds nothing": (
        "German Chancellor Ada Lis spoke. Later the chancellor left.",
        {"Ada Lis": {"role": "Chancellor", "country": "DE"}},
    ),
    "two of one title": (
        "Polish President Jan Kos met French President Luc Petit.",
        {"Jan Kos": {"role": "President", "country": "PL"}, "Luc Petit": {"role": "President", "country": "FR"}},
    ),
}

OF_OTHERS = {
    "the nominee is somebody else": (
        "President Ada Lis spoke on Friday. Jan Kos drew anger.\n\nThe Republican nominee caused howls. Lis said no.",
        {"Ada Lis": {"role": "President"}, "Jan Kos": {}},
    ),
    "a primary of the party": (
        "Ada Lis has won. She was surprised by the Republican primary.",
        {"Ada Lis": {}},
    ),
    "candidates of the party": (
        "The mayor, Ada Lis, spoke. The country that Republican candidates will depict is dark.",
        {"Ada Lis": {"role": "mayor"}},
    ),
    "the party's side": ("Ada Lis has won. On the Republican side, Jan Kos lost.", {"Ada Lis": {}, "Jan Kos": {}}),
    "a state's primary": ("Jan Kos won the Indiana Republican primary on Tuesday.", {"Jan Kos": {}}),
    "a legislator of a state": (
        "Ada Lis met Jan Kos. Kos could no longer defend her. The Florida legislator is in trouble.",
        {"Ada Lis": {}, "Jan Kos": {}},
    ),
    "people before a title": ("The Syrian refugees President Ada Lis met were tired.", {"Ada Lis": {"role": "President"}}),
    "the subject after an opening phrase": ("When asked about Jan Kos, the mayor laughed.", {"Jan Kos": {}}),
    "a subject of a party": (
        "After saying that the founder is President Ada Lis, the Republican nominee had some explaining to do.",
        {"Ada Lis": {"role": "President"}},
    ),
    "an apposition with a participle": (
        "Jan Kos, the mayor elected in May, laughed.",
        {"Jan Kos": {"role": "mayor"}},
    ),
    "the Republican is": (
        "Rep. Ada Lis, a Republican, spoke. The Republican said no.",
        {"Ada Lis": {"role": "Rep.", "party": "Republican", "country": "US"}},
    ),
}

CASES = OF_OTHERS | BEFORE | AFTER | OWNED | HELD | SEVERAL


@pytest.mark.parametrize(("text", "facts"), CASES.values(), ids=CASES.keys())
def test_what_is_said_of_them(text: str, facts: dict[str, dict[str, str]]) -> None:
    people = people_of(text)
    assert {name: said_of(people[name]) for name in facts if name in people} == facts


def test_no_two_cases_have_one_name() -> None:
    assert len(CASES) == sum(map(len, (OF_OTHERS, BEFORE, AFTER, OWNED, HELD, SEVERAL)))


FRAGMENTS = [
    *[
        "Jan",
        "Kos",
        "Ada Lis",
        "Wexcom",
        "’s",
        "chief",
        "heads",
        "Presidents",
        "of",
        "the",
        "Harbour",
        "Party",
        "party",
        ",",
    ],
    *[
        "(",
        ")",
        "(CDU)",
        "and",
        "his",
        "’",
        "former",
        "Polish",
        "then-US",
        "MP",
        "such as",
        "lawyers",
        "Institute",
        "is",
        ".",
        "-",
    ],
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(" ".join))
def test_every_value_has_its_evidence(text: str) -> None:
    for speaker in people_of(text).values():
        assert set(speaker.evidence) == set(said_of(speaker))
        for name, spans in speaker.evidence.items():
            words = spans[0].of(text)
            assert words.strip()
            if name == "affiliation":
                assert words == speaker.affiliation
