"""Whole articles from end to end: who is said to have said what, and what the text tells of each speaker.

The articles were written for these tests, one for every kind of text that news comes in; what happens in them is made up.
"""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.extract import extract
from app.extract.document import Document, Extraction, Quote, Speaker

FOLDER = Path(__file__).parent / "articles"
PUBLISHED = date(2025, 3, 14)


@cache
def extraction(article: str) -> Extraction:
    text = (FOLDER / f"{article}.txt").read_text(encoding="utf-8")
    return extract(Document(text, published_on=PUBLISHED))


def speaker_of(article: str, quote: Quote) -> str | None:
    names = {speaker.id: speaker.name for speaker in extraction(article).speakers}
    return names[quote.speaker] if quote.speaker is not None else None


def quote_with(article: str, words: str) -> Quote:
    found = [quote for quote in extraction(article).quotes if words in quote.text and quote.same_as is None]
    assert found, f"nothing quoted has {words!r}"
    return min(found, key=lambda quote: len(quote.text))


def speaker(article: str, name: str) -> Speaker:
    (found,) = [each for each in extraction(article).speakers if each.name == name]
    return found


SAID = [
    ("wire", "Carla Whitmore", "the closures would have left"),
    ("wire", "Carla Whitmore", "Nobody in this building"),
    ("wire", "Paul Renner", "that keeping the hospitals open would cost"),
    ("wire", "Paul Renner", "that the department would comply"),
    ("wire", "Devin Marsh", "to comment on the vote"),
    ("wire", "Luis Ocampo", "a betrayal of the people who served"),
    ("wire", "Two congressional aides", "the White House had been weighing a veto"),
    ("wire", "The Congressional Budget Office", "that the closures would save less"),
    ("wire", "Joel Pryce", "whether he would sign"),
    ("tabloid", "Margaret Tolley", "I saw red."),
    ("tabloid", "Margaret Tolley", "He screamed like a baby"),
    ("tabloid", "Margaret Tolley", "sleep through an earthquake"),
    ("tabloid", "Harjit Gill", "tackle intruders"),
    ("tabloid", "Kelly-Ann Prosser", "a legend round here"),
    ("tabloid", "Graham Oakes", "What a woman!"),
    ("tabloid", "Helen Vance", "having a go"),
    ("defence_trade", "Witold Kosiński-Kamyk", "has signed a $1.2 billion contract"),
    ("defence_trade", "Witold Kosiński-Kamyk", "strike targets at almost 300 kilometres"),
    ("defence_trade", "Wiesław Kukulski", "had already fielded 18"),
    ("defence_trade", "Hanbit Aerospace", "12 rockets of 239 mm calibre"),
    ("defence_trade", "Son Jae-wook", "would transfer technology"),
    ("defence_trade", "Son Jae-wook", "building a partnership"),
    ("defence_trade", "Tomasz Reszke", "The money is simply not there"),
    ("council", "Priya Nair", "fed up with sitting in traffic"),
    ("council", "Tony Beck", "vanity project"),
    ("council", "Amina Yusuf", "they won't come"),
    ("council", "Harrowgate Cycling Campaign", "delighted"),
    ("council", "Owen Pryce", "similar lanes elsewhere"),
    ("council", "Jo Lambert", "listened to both sides"),
    ("council", "council spokeswoman", "contractors on site in October"),
    ("interview", "Simon Lyle", "Are fares too high?"),
    ("interview", "Ruth Achebe", "How little anybody trusts the timetable"),
    ("interview", "Ruth Achebe", "They are too complicated"),
    ("interview", "Ruth Achebe", "treated shabbily"),
    ("posts", "Beth Delacroix", "promised me a vote"),
    ("posts", "Hal Munro", "math doesn't work"),
    ("posts", "Hal Munro", "Floridians deserve better"),
    ("posts", "Shauna Pell", "Popcorn"),
    ("posts", "Ron Escobar", "lay off deputies"),
    ("posts", "Delacroix's office", "stands by every word"),
    ("posts", "Walt Haines", "needs to calm down"),
    ("abuja", "Wale Onabanjo", "took immediate effect"),
    ("abuja", "Wale Onabanjo", "thanks the outgoing ministers"),
    ("abuja", "Emeka Ajayi", "medicine after death"),
    ("abuja", "Emeka Ajayi", "You cannot remove a driver"),
    ("abuja", "Dele Ologun", "intended to distract citizens"),
    ("abuja", "Auwal Sani Rafindadi", "to probe the ministry"),
    ("abuja", "Tan Swee Kiat", "were hiring in Lagos"),
    ("abuja", "Zandara", "no plans to leave"),
    ("partisan", "Cody Haskell", "Not one more dime"),
    ("partisan", "Tamika Rowe", "the vote as “a love letter"),
    ("partisan", "Dan Corbin", "respects the will of the House"),
    ("partisan", "Dan Corbin", "“disaster.”"),
    ("partisan", "H.R. Gentry", "should ignore this stunt"),
    ("partisan", "The White House", "tie the president’s hands"),
    ("partisan", "Mike Rourke", "sick of this"),
    ("shouted", "AMINA KORIR", "WE HAVE DONE WHAT WE COULD"),
    ("shouted", "AMINA KORIR", "THE GOVERNMENT WOULD NOT PAY"),
    ("weapons", "Keith McKinnon", "more than 3,000 ballistic missiles"),
    ("weapons", "U.S. Central Command", "fired three anti-ship missiles"),
    ("nomination", "Alan Drury", "dangerously unqualified"),
    ("nomination", "Alan Drury", "larger than a law office"),
    ("nomination", "Nina Ostrow", "has full confidence in Warren"),
    ("nomination", "Nina Ostrow", "they smear"),
    ("nomination", "Lisa Grant", "hear from him first"),
    ("nomination", "Carl Munoz", "horrified"),
    ("nomination", "Bo Tarrant", "Drury of lying"),
    ("nomination", "Nina Ostrow", "have to ask him"),
]


@pytest.mark.parametrize(("article", "name", "words"), SAID, ids=[f"{article}: {words[:30]}" for article, _, words in SAID])
def test_who_said_it(article: str, name: str, words: str) -> None:
    assert speaker_of(article, quote_with(article, words)) == name


TOLD = [
    ("wire", "Carla Whitmore", {"role": "Sen.", "party": "Republican", "constituency": "Idaho", "country": "US"}),
    ("wire", "Luis Ocampo", {"role": "Rep.", "party": "Democratic", "constituency": "Texas", "country": "US"}),
    ("wire", "Devin Marsh", {"role": "spokesman for the Army"}),
    ("wire", "Paul Renner", {"role": "Defense Secretary"}),
    ("tabloid", "Graham Oakes", {"role": "MP"}),
    ("tabloid", "Helen Vance", {"role": "criminologist"}),
    ("defence_trade", "Witold Kosiński-Kamyk", {"role": "Deputy Prime Minister"}),
    ("defence_trade", "Tomasz Reszke", {"role": "Analyst", "affiliation": "Casimir Institute"}),
    ("council", "Priya Nair", {"party": "Labour"}),
    ("council", "Tony Beck", {"role": "opposition leader", "party": "Conservative"}),
    ("council", "Jo Lambert", {"role": "Mayor"}),
    ("interview", "Mick Farrow", {"role": "general secretary of the drivers' union"}),
    ("posts", "Beth Delacroix", {"role": "Gov.", "constituency": "Florida", "country": "US"}),
    ("posts", "Hal Munro", {"role": "State Senate President", "party": "Republican"}),
    ("posts", "Shauna Pell", {"role": "House Minority Leader", "party": "Democratic"}),
    ("posts", "Walt Haines", {"role": "former Gov."}),
    ("abuja", "Kunle Adelaja", {"role": "Minister of Power"}),
    ("abuja", "Emeka Ajayi", {"role": "President of the National Labour Congress"}),
    ("abuja", "Dele Ologun", {"role": "National Publicity Secretary of the Peoples Democratic Party"}),
    ("abuja", "Azman Idris", {"role": "prime minister", "country": "MY"}),
    ("partisan", "Cody Haskell", {"role": "Rep.", "party": "Republican", "constituency": "Wyoming", "country": "US"}),
    ("partisan", "Tamika Rowe", {"party": "Democratic", "constituency": "Michigan"}),
    ("nomination", "Alan Drury", {"role": "Senate Minority Leader", "party": "Democratic", "constituency": "New York"}),
    ("nomination", "Lisa Grant", {"party": "Republican", "constituency": "Alaska"}),
    ("nomination", "Bo Tarrant", {"role": "Rep.", "party": "Republican", "constituency": "Georgia", "country": "US"}),
]


@pytest.mark.parametrize(("article", "name", "facts"), TOLD, ids=[f"{article}: {name}" for article, name, _ in TOLD])
def test_what_is_told_of_them(article: str, name: str, facts: dict[str, str]) -> None:
    found = speaker(article, name)
    assert {field: getattr(found, field) for field in facts} == facts


@pytest.mark.parametrize(
    ("article", "named"),
    [
        ("wire", {"Carla Whitmore", "Paul Renner", "Devin Marsh", "Luis Ocampo", "Joel Pryce", "Joan Field"}),
        ("tabloid", {"Margaret Tolley", "Derek", "Harjit Gill", "Kelly-Ann Prosser", "Graham Oakes", "Helen Vance"}),
        ("council", {"Priya Nair", "Tony Beck", "Amina Yusuf", "Owen Pryce", "Jo Lambert"}),
        ("interview", {"Ruth Achebe", "Simon Lyle", "Mick Farrow", "Penhaligon"}),
        ("posts", {"Beth Delacroix", "Hal Munro", "Shauna Pell", "Ron Escobar", "Walt Haines"}),
        (
            "abuja",
            {
                "Musa Ahmed Balarabe",
                "Ebiere Lokpo",
                "Kunle Adelaja",
                "Wale Onabanjo",
                "Emeka Ajayi",
                "Dele Ologun",
                "Auwal Sani Rafindadi",
                "Tan Swee Kiat",
                "Azman Idris",
            },
        ),
        (
            "partisan",
            {"Cody Haskell", "Tamika Rowe", "Vladimir Putin", "Dan Corbin", "H.R. Gentry", "Dana Kline", "Mike Rourke"},
        ),
    ],
)
def test_everybody_named_is_listed_and_nobody_else(article: str, named: set[str]) -> None:
    people = {each.name for each in extraction(article).speakers if each.kind == "person" and not each.anonymous}
    assert people == named


def test_pull_quotes_are_no_second_statements() -> None:
    repeated = [quote.text for quote in extraction("partisan").quotes if quote.same_as is not None]
    assert repeated == ["‘We are done writing checks for endless war.’", "‘A love letter to Vladimir Putin.’"]


@pytest.mark.parametrize(
    ("article", "words"),
    [("tabloid", "mobility scooter"), ("partisan", "seventh audit"), ("partisan", "newsletter")],
)
def test_nothing_comes_from_boilerplate(article: str, words: str) -> None:
    assert not any(words in quote.text for quote in extraction(article).quotes)


FACTS = [
    ("weapons", ("F-35", "quantity", 128.0, None, "Pentagon")),
    ("weapons", ("F-35", "payload", 18_000.0, None, "company")),
    ("weapons", ("F-35", "speed", 1.6, None, "company")),
    ("weapons", ("Archer", "transfer", 24.0, "Ukraine", "Pål Jonsson")),
    ("weapons", ("ballistic missile", "quantity", 3_000.0, "Iran", "Keith McKinnon")),
    ("weapons", ("Hwasong-18", "test", 1.0, "North Korea", "South Korea's military")),
    ("weapons", ("Ka-52", "loss", 2.0, "Russia", "General Staff")),
    ("weapons", ("Patriot", "unit_cost", 4_000_000.0, None, None)),
    ("weapons", ("Bayraktar TB2", "manufacturer", "Baykar", None, None)),
    ("weapons", ("anti-ship missile", "use", 3.0, "Houthis", "U.S. Central Command")),
    ("defence_trade", ("HIMARS", "transfer", 486.0, "Poland", None)),
    ("defence_trade", ("CGR-080", "range", 80.0, None, None)),
    ("defence_trade", ("ATACMS", "range", 300.0, None, "senior U.S. defence official")),
]


@pytest.mark.parametrize(("article", "fact"), FACTS, ids=[f"{fact[0]} {fact[1]}" for _, fact in FACTS])
def test_weapon_facts(article: str, fact: tuple[object, ...]) -> None:
    names = {each.id: each.name for each in extraction(article).speakers}
    facts = [
        (each.weapon, each.attribute, each.value, each.party, names.get(each.claimed_by or ""))
        for each in extraction(article).weapon_facts
    ]
    assert fact in facts


def test_a_measure_of_the_last_weapon_of_a_list_is_not_that_of_the_first() -> None:
    ranges = [each.weapon for each in extraction("defence_trade").weapon_facts if each.attribute == "range"]
    assert ranges == ["CGR-080", "ATACMS"]
