"""Where speakers stand: small articles with the statements marked, and what must follow from them."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract import extract
from app.extract.document import Document, Quote, Span, Spans, Stance, Topic
from app.extract.layout import read_layout
from app.extract.stance import find_stances
from app.extract.stance.proposition import read_proposition

SEED = Path(__file__).parents[2] / "seeds" / "ukraine-long-range-missiles.txt"

# The table as a whole, so that a rule that mends one case at the cost of two others is seen. Of its 128 cases the last
# 26 were written after the rules; 19 of those were right at first sight.
ACCURACY_FLOOR = 0.9
WRONG_SIDE_CEILING = 0.02

PROPOSITIONS = {
    "phones": "Phones should be banned in schools",
    "wage": "The minimum wage should be raised to $15",
    "wind": "Wind farms should be built off the coast",
    "arms": "Germany should deliver Taurus missiles to Ukraine",
    "death": "The death penalty should be abolished",
    "var": "Football should scrap VAR",
    "sanctions": "Sanctions on Iran should be lifted",
    "abortion": "Abortion should be legal",
    "tax": "The city should introduce a tax on sugary drinks",
    "nuclear": "Nuclear power plants should be kept running",
    "rent": "Rents should be capped in Berlin",
    "vaccine": "Nurses should be required to get vaccinated",
    "tariff": "The United States should impose tariffs on Chinese cars",
    "cannabis": "Cannabis should be legalized",
    "gun": "Assault rifles should be banned",
    "immig": "The country should accept more refugees",
    "union": "Amazon workers should join a union",
    "bus": "Buses should be free for everyone",
    "zoo": "Keeping elephants in zoos should be prohibited",
    "nato": "Sweden should join NATO",
    "frack": "Fracking should be allowed in Ohio",
    "dam": "The river dams should be removed",
    "ai": "Facial recognition by the police should be banned",
    "vote": "The voting age should be lowered to 16",
    "alc": "Alcohol sales on Sundays should be permitted",
    "four": "Companies should adopt a four-day working week",
    "pales": "Britain should recognise a Palestinian state",
    "oil": "The European Union should end imports of Russian gas",
    "hs": "The government should build a high-speed rail line to the north",
    "book": "The library should remove the novel from its shelves",
    "junk": "Advertising junk food to children should be restricted",
    "gmo": "Genetically modified crops should be allowed in Europe",
    "fur": "The sale of fur should be banned",
    "speed": "Germany should introduce a speed limit on motorways",
    "hunt": "Wolf hunting should be permitted",
    "aid": "The United States should send more military aid to Israel",
    "ev": "New petrol cars should be banned from 2035",
    "car": "The city centre should be closed to cars",
    "stud": "Student debt should be cancelled",
    "priv": "Water companies should be nationalised",
    "homeo": "Homeopathy should be paid for by health insurers",
}

CASES = [
    (
        "phones",
        "The state banned phones in its schools. <“This ban is long overdue,”> {said} [Ann Lee].",
        {"Ann Lee": "support"},
    ),
    ("phones", "<“Phones are a distraction and children deserve better,”> {said} [Ann Lee].", {"Ann Lee": "support"}),
    (
        "phones",
        "<“Banning phones will not solve bullying, it is a waste of time,”> [Ann Lee] {said}.",
        {"Ann Lee": "oppose"},
    ),
    ("phones", "[Ann Lee] {said} <schools should ban phones from the first bell to the last>.", {"Ann Lee": "support"}),
    ("phones", "[Ann Lee] {said} <schools should not ban phones>.", {"Ann Lee": "oppose"}),
    (
        "phones",
        "<“The board will discuss phones in schools at its meeting in May,”> [Ann Lee] {said}.",
        {"Ann Lee": "neutral"},
    ),
    (
        "phones",
        "[Ann Lee], a parent of three who opposes the school phone ban, {said} <her sons call her every day>.",
        {"Ann Lee": "oppose"},
    ),
    ("wage", "<“Raising the minimum wage would kill jobs,”> [Raj Rao] {warned}.", {"Raj Rao": "oppose"}),
    ("wage", "<“The minimum wage is far too low,”> {said} [Raj Rao].", {"Raj Rao": "support"}),
    ("wage", "[Raj Rao] {urged} <Congress to raise the minimum wage>.", {"Raj Rao": "support"}),
    (
        "wage",
        (
            "The chamber of commerce fought the bill to raise the minimum wage to $15. <“This is a terrible "
            "idea,”> {said} [Raj Rao]."
        ),
        {"Raj Rao": "oppose"},
    ),
    ("wage", "[Raj Rao] {welcomed} <the minimum wage increase>.", {"Raj Rao": "support"}),
    (
        "wage",
        (
            "Some senators have voiced support for a higher minimum wage, including [Raj Rao], who {said}, "
            "<“Working families have waited for years.”>"
        ),
        {"Raj Rao": "support"},
    ),
    (
        "wage",
        (
            "The minimum wage should rise to $15, the bill says.\n\nOther senators are less than thrilled "
            "about the minimum wage bill.\n\n[Raj Rao] {said}, <“Small shops live from month to month.”>"
        ),
        {"Raj Rao": "oppose"},
    ),
    ("wind", "<“We must stop these wind farms before they wreck our coast,”> {said} [Tom Hill].", {"Tom Hill": "oppose"}),
    ("wind", "<“Offshore wind is clean, safe and affordable,”> {said} [Tom Hill].", {"Tom Hill": "support"}),
    ("wind", "<“I am not against wind farms,”> {said} [Tom Hill].", {"Tom Hill": "support"}),
    (
        "wind",
        "Ministers approved wind farms off the coast. <“Who on earth wants to look at that?”> {asked} [Tom Hill].",
        {"Tom Hill": "oppose"},
    ),
    (
        "wind",
        ("The wind farms off the coast, long sought by Green councillors and opposed by the fishing union, were approved."),
        {"Green councillors": "support", "the fishing union": "oppose"},
    ),
    (
        "wind",
        "<“The turbines of the wind farm stand nine miles off the coast,”> {said} [Tom Hill].",
        {"Tom Hill": "neutral"},
    ),
    (
        "arms",
        "<“We must not hesitate any longer: Ukraine needs Taurus missiles,”> {said} [Eva Roth].",
        {"Eva Roth": "support"},
    ),
    ("arms", "<“Delivering Taurus would drag Germany into the war,”> {said} [Eva Roth].", {"Eva Roth": "oppose"}),
    (
        "arms",
        (
            "Germany is weighing whether to deliver Taurus missiles. [Eva Roth] {said} <the delivery would "
            "be a dangerous escalation>."
        ),
        {"Eva Roth": "oppose"},
    ),
    (
        "arms",
        (
            "Germany is weighing whether to deliver Taurus missiles to Ukraine. [Eva Roth] {called for} <a "
            "ceasefire and talks between both sides>."
        ),
        {"Eva Roth": "neutral"},
    ),
    ("arms", "<“Refusing Ukraine these missiles is a mistake,”> {said} [Eva Roth].", {"Eva Roth": "support"}),
    ("arms", "The Greens back the delivery of Taurus missiles to Ukraine.", {"The Greens": "support"}),
    ("arms", "<“Without Taurus, Ukraine will lose this war,”> {said} [Eva Roth].", {"Eva Roth": "support"}),
    ("death", "<“The death penalty is cruel and it does not deter crime,”> {said} [Joan May].", {"Joan May": "support"}),
    ("death", "<“Abolishing the death penalty would be an insult to victims,”> {said} [Joan May].", {"Joan May": "oppose"}),
    ("death", "<“We should keep the death penalty for the worst murders,”> {said} [Joan May].", {"Joan May": "oppose"}),
    ("death", "<“It is time to end the death penalty,”> {said} [Joan May].", {"Joan May": "support"}),
    ("var", "<“VAR is ruining the game,”> {said} [Lou Fox].", {"Lou Fox": "support"}),
    ("var", "<“VAR has made football fairer and we should keep it,”> {said} [Lou Fox].", {"Lou Fox": "oppose"}),
    (
        "var",
        "Fans want VAR gone from football. [Lou Fox] {said} <scrapping it would be a step backwards>.",
        {"Lou Fox": "oppose"},
    ),
    ("var", "<“Get rid of VAR,”> {said} [Lou Fox].", {"Lou Fox": "support"}),
    ("sanctions", "<“The sanctions are hurting ordinary Iranians,”> {said} [Nia Cole].", {"Nia Cole": "support"}),
    ("sanctions", "<“Lifting sanctions on Iran would reward aggression,”> {said} [Nia Cole].", {"Nia Cole": "oppose"}),
    ("sanctions", "[Nia Cole] {called on} <the president to lift the sanctions on Iran>.", {"Nia Cole": "support"}),
    (
        "sanctions",
        "Sanctions on Iran must be lifted, Tehran says. <“They must stay in place,”> {said} [Nia Cole].",
        {"Nia Cole": "oppose"},
    ),
    (
        "sanctions",
        "The move to lift sanctions on Iran was condemned by Israel and welcomed by China.",
        {"Israel": "oppose", "China": "support"},
    ),
    ("abortion", "<“Abortion bans endanger women,”> {said} [Kim Park].", {"Kim Park": "support"}),
    ("abortion", "<“Abortion is murder,”> {said} [Kim Park].", {"Kim Park": "oppose"}),
    ("abortion", "[Kim Park] {denied} <that she supports a ban on abortion>.", {"Kim Park": "support"}),
    ("abortion", "<“Every woman has the right to an abortion,”> {said} [Kim Park].", {"Kim Park": "support"}),
    (
        "tax",
        "<“Another tax is the last thing families need,”> {said} [Bo Lund] of the sugary drinks tax.",
        {"Bo Lund": "oppose"},
    ),
    ("tax", "<“The tax on sugary drinks will save lives,”> {said} [Bo Lund].", {"Bo Lund": "support"}),
    (
        "tax",
        (
            "The city may tax sugary drinks. [Bo Lund] {criticized} the plan, {saying} <shops across the "
            "county line would profit>."
        ),
        {"Bo Lund": "oppose"},
    ),
    (
        "tax",
        (
            "The city may tax sugary drinks. [Bo Lund] expressed delight over the proposal, {saying} <his "
            "clinic sees children with bad teeth daily>."
        ),
        {"Bo Lund": "support"},
    ),
    (
        "nuclear",
        "<“Shutting down our nuclear power plants was a grave mistake,”> {said} [Ole Dahl].",
        {"Ole Dahl": "support"},
    ),
    ("nuclear", "<“Nuclear power is dangerous and expensive,”> {said} [Ole Dahl].", {"Ole Dahl": "oppose"}),
    ("rent", "<“A cap on rents does not build a single home,”> {said} [Ute Kern].", {"Ute Kern": "oppose"}),
    (
        "rent",
        "<“The rent cap is the only thing that protects tenants in Berlin,”> {said} [Ute Kern].",
        {"Ute Kern": "support"},
    ),
    ("vaccine", "<“Nobody should be forced to take a vaccine,”> {said} nurse [Di Voss].", {"Di Voss": "oppose"}),
    ("vaccine", "<“Requiring nurses to be vaccinated protects patients,”> {said} [Di Voss].", {"Di Voss": "support"}),
    ("tariff", "<“Tariffs on Chinese cars will only raise prices for families,”> {said} [Al Gray].", {"Al Gray": "oppose"}),
    ("tariff", "[Al Gray] {praised} <the tariffs on Chinese cars>.", {"Al Gray": "support"}),
    ("cannabis", "<“Why should anyone go to jail for cannabis?”> {asked} [Jo Pine].", {"Jo Pine": "support"}),
    ("cannabis", "<“Legalizing cannabis is reckless,”> {said} [Jo Pine].", {"Jo Pine": "oppose"}),
    ("gun", "<“When will Congress act and ban these rifles?”> {asked} [Pat Moss].", {"Pat Moss": "support"}),
    ("gun", "<“A ban on assault rifles violates the Constitution,”> {said} [Pat Moss].", {"Pat Moss": "oppose"}),
    ("immig", "<“We cannot take in more refugees,”> {said} [Ed Wolf].", {"Ed Wolf": "oppose"}),
    ("immig", "<“Refugees make our country stronger,”> {said} [Ed Wolf].", {"Ed Wolf": "support"}),
    ("phones", "The council met on roads. <“The new bridge is wonderful,”> {said} [Ann Lee].", {}),
    ("arms", "<“Our team played a great match,”> {said} [Eva Roth].", {}),
    (
        "tax",
        ("The city may tax sugary drinks. Elsewhere, the zoo opened. <“The penguins are wonderful,”> {said} [Bo Lund]."),
        {},
    ),
    ("wage", "<“I support the new stadium,”> {said} [Raj Rao].", {}),
    ("bus", "<“Free buses are a lifeline for pensioners,”> {said} [Mia Holt].", {"Mia Holt": "support"}),
    ("bus", "<“Free buses would bankrupt the city,”> {said} [Mia Holt].", {"Mia Holt": "oppose"}),
    ("bus", "The mayor wants buses to be free. [Mia Holt] {called} the idea <“a gimmick”>.", {"Mia Holt": "oppose"}),
    ("zoo", "<“Elephants suffer in zoos, and no law can change that,”> {said} [Jan Bek].", {"Jan Bek": "support"}),
    (
        "zoo",
        ("A bill would prohibit keeping elephants in zoos. <“It would be a disaster for conservation,”> {said} [Jan Bek]."),
        {"Jan Bek": "oppose"},
    ),
    (
        "zoo",
        "A bill would prohibit zoos from keeping elephants. Animal charities welcomed the bill.",
        {"Animal charities": "support"},
    ),
    ("nato", "<“We belong in NATO,”> {said} [Ulf Strand].", {"Ulf Strand": "support"}),
    ("nato", "[Ulf Strand] {warned} <that joining NATO would make Sweden a target>.", {"Ulf Strand": "oppose"}),
    (
        "nato",
        "Sweden's bid to join NATO, backed by Finland and blocked by Turkey, is before parliament.",
        {"Finland": "support", "Turkey": "oppose"},
    ),
    ("frack", "<“Fracking poisons our wells,”> {said} [Deb Crane].", {"Deb Crane": "oppose"}),
    (
        "frack",
        "<“Lift the ban on fracking and you create thousands of jobs,”> {said} [Deb Crane].",
        {"Deb Crane": "support"},
    ),
    ("frack", "[Deb Crane] {said} <she does not support fracking in Ohio>.", {"Deb Crane": "oppose"}),
    (
        "dam",
        "<“The dams have outlived their usefulness and they are killing the salmon,”> {said} [Roy Elk].",
        {"Roy Elk": "support"},
    ),
    ("dam", "<“Removing the dams would be a costly mistake,”> {said} [Roy Elk].", {"Roy Elk": "oppose"}),
    ("dam", "[Roy Elk] {explained} <that the dams on the river were built in 1934>.", {"Roy Elk": "neutral"}),
    (
        "ai",
        "<“Facial recognition helps the police to find missing children,”> {said} [Zoe Marsh].",
        {"Zoe Marsh": "oppose"},
    ),
    ("ai", "<“Facial recognition is a threat to our freedom,”> {said} [Zoe Marsh].", {"Zoe Marsh": "support"}),
    ("ai", "[Zoe Marsh] {demanded} <that the police stop using facial recognition>.", {"Zoe Marsh": "support"}),
    (
        "vote",
        "<“Sixteen-year-olds work and pay taxes, so they should have the vote,”> {said} [Ian Poole].",
        {"Ian Poole": "support"},
    ),
    ("vote", "<“Lowering the voting age is a bad idea,”> {said} [Ian Poole].", {"Ian Poole": "oppose"}),
    (
        "alc",
        (
            "Lawmakers voted to permit alcohol sales on Sundays. <“I'm thrilled,”> {said} [Gus Ray], who "
            "owns a liquor store."
        ),
        {"Gus Ray": "support"},
    ),
    (
        "alc",
        (
            "Lawmakers voted to permit alcohol sales on Sundays. <“I am deeply disappointed by this vote,”> "
            "{said} [Gus Ray]."
        ),
        {"Gus Ray": "oppose"},
    ),
    ("four", "<“Our four-day week has been a great success,”> {said} [Lia Cho].", {"Lia Cho": "support"}),
    ("four", "<“A four-day week is unworkable in a hospital,”> {said} [Lia Cho].", {"Lia Cho": "oppose"}),
    (
        "pales",
        "<“Recognition of a Palestinian state is the right thing to do,”> {said} [Sam Webb].",
        {"Sam Webb": "support"},
    ),
    ("pales", "<“Recognising Palestine now would be a reward for terror,”> {said} [Sam Webb].", {"Sam Webb": "oppose"}),
    ("oil", "<“Every euro for Russian gas pays for the war,”> {said} [Ada Lenz].", {"Ada Lenz": "support"}),
    ("oil", "<“Cutting off Russian gas would ruin our industry,”> {said} [Ada Lenz].", {"Ada Lenz": "oppose"}),
    (
        "hs",
        (
            "Supporters say the high-speed rail line will transform the north. [Max Iver] {said} <it is “a "
            "colossal waste of money”>."
        ),
        {"Max Iver": "oppose"},
    ),
    (
        "hs",
        (
            "Critics fear the high-speed rail line. [Max Iver] {said} <the line would bring jobs and "
            "investment to the north>."
        ),
        {"Max Iver": "support"},
    ),
    (
        "book",
        "<“This is censorship, plain and simple,”> {said} [Eve Nash] of calls to remove the novel from the library.",
        {"Eve Nash": "oppose"},
    ),
    ("book", "<“That novel has no place in a children's library,”> {said} [Eve Nash].", {"Eve Nash": "support"}),
    ("junk", "<“We strongly support restrictions on junk food advertising,”> {said} [Bea Orr].", {"Bea Orr": "support"}),
    ("junk", "<“Curbs on junk food advertising are nanny state nonsense,”> {said} [Bea Orr].", {"Bea Orr": "oppose"}),
    ("dam", "The river dams were inspected. In other news, <“The budget is a disgrace,”> {said} [Roy Elk].", {}),
    ("nato", "<“I love this song contest,”> {said} [Ulf Strand].", {}),
    ("gmo", "<“These crops are safe and they need less pesticide,”> {said} [Ivo Ban].", {"Ivo Ban": "support"}),
    (
        "gmo",
        "Brussels wants to allow genetically modified crops. [Ivo Ban] {called} the plan <“reckless”>.",
        {"Ivo Ban": "oppose"},
    ),
    ("gmo", "[Ivo Ban] {said} <Europe must keep its ban on genetically modified crops>.", {"Ivo Ban": "oppose"}),
    ("fur", "<“There is nothing glamorous about fur, it is pure cruelty,”> {said} [Uma Dell].", {"Uma Dell": "support"}),
    (
        "fur",
        (
            "The council voted to ban the sale of fur. Furriers condemned the decision, and animal rights "
            "groups applauded it."
        ),
        {"Furriers": "oppose", "animal rights groups": "support"},
    ),
    ("fur", "<“A fur ban would wipe out my business,”> {said} [Uma Dell].", {"Uma Dell": "oppose"}),
    ("speed", "<“A speed limit would save hundreds of lives a year,”> {said} [Kai Boll].", {"Kai Boll": "support"}),
    ("speed", "<“I reject a speed limit on the motorways,”> {said} [Kai Boll].", {"Kai Boll": "oppose"}),
    (
        "speed",
        "[Kai Boll] {said} <the ministry was studying the effect of a speed limit on motorways>.",
        {"Kai Boll": "neutral"},
    ),
    ("hunt", "<“Wolves kill our sheep and we must be allowed to hunt them,”> {said} [Ned Frey].", {"Ned Frey": "support"}),
    ("hunt", "<“Hunting wolves is barbaric,”> {said} [Ned Frey].", {"Ned Frey": "oppose"}),
    ("aid", "[Cy Mann] {said} <Congress should not send another dollar of military aid to Israel>.", {"Cy Mann": "oppose"}),
    ("aid", "<“We stand with Israel, and this aid is vital,”> {said} [Cy Mann].", {"Cy Mann": "support"}),
    (
        "aid",
        "[Cy Mann] {urged} <all sides to show restraint> as Congress debated military aid to Israel.",
        {"Cy Mann": "neutral"},
    ),
    ("ev", "<“The 2035 deadline for petrol cars is unrealistic,”> {said} [Flo Kerr].", {"Flo Kerr": "oppose"}),
    (
        "ev",
        (
            "Ministers confirmed that new petrol cars will be banned from 2035. <“We welcome this clarity,”>"
            " {said} [Flo Kerr]."
        ),
        {"Flo Kerr": "support"},
    ),
    (
        "car",
        (
            "The city centre will be closed to cars. Shopkeepers fear the closure. <“We will lose our "
            "customers,”> {said} [Gil Orr]."
        ),
        {"Gil Orr": "oppose"},
    ),
    ("car", "<“Closing the city centre to cars has made our air cleaner,”> {said} [Gil Orr].", {"Gil Orr": "support"}),
    ("stud", "<“Cancelling student debt is unfair to those who paid,”> {said} [Lu Dorn].", {"Lu Dorn": "oppose"}),
    ("stud", "<“Student debt is crushing a whole generation,”> {said} [Lu Dorn].", {"Lu Dorn": "support"}),
    ("priv", "<“The water companies have failed and belong in public hands,”> {said} [Ros Tate].", {"Ros Tate": "support"}),
    ("priv", "<“Nationalising the water companies would cost billions,”> {said} [Ros Tate].", {"Ros Tate": "oppose"}),
    ("homeo", "<“There is no evidence that homeopathy works,”> {said} [Ben Voll].", {"Ben Voll": "oppose"}),
    ("homeo", "<“Millions of patients trust homeopathy,”> {said} [Ben Voll].", {"Ben Voll": "support"}),
    (
        "gmo",
        (
            "Brussels wants to allow genetically modified crops. The commissioner also spoke about ferries. "
            "<“The new port is a triumph,”> {said} [Ivo Ban]."
        ),
        {},
    ),
    ("speed", "<“The autumn fair was a great success,”> {said} [Kai Boll].", {}),
]


class CastOfSources:
    """A cast in which every noun phrase is a speaker of its own, named as it stands."""

    def __init__(self, text: str) -> None:
        self.text = text

    def speaker(self, source: Spans, cue: Spans = ()) -> str | None:
        return source[0].of(self.text)


def _read(marked: str) -> tuple[str, tuple[Quote, ...]]:
    """Text and quotes of a marked article: source in [brackets], cue in {braces}, content in <angle brackets>."""
    text = ""
    opened: dict[str, int] = {}
    spans: dict[str, list[Span]] = {"]": [], "}": [], ">": []}
    for character in marked:
        if character in "[{<":
            opened["]}>"["[{<".index(character)]] = len(text)
        elif character in spans:
            spans[character].append(Span(opened[character], len(text)))
        else:
            text += character
    (source, cue) = (spans["]"][0], spans["}"][0]) if spans[">"] else (Span(0, 0), Span(0, 0))
    assertion = "denied" if cue.of(text) == "denied" else "asserted"
    quotes = tuple(
        Quote(f"q{number}", "direct", span.of(text), (span,), (source,), (cue,), source.of(text), assertion)
        for number, span in enumerate(spans[">"], 1)
    )
    return text, quotes


def _stances(marked: str, statement: str) -> tuple[Stance, ...]:
    text, quotes = _read(marked)
    document = Document(text, topics=(Topic("t", statement),))
    return find_stances(document, read_layout(text), quotes, CastOfSources(text))


def _sides(marked: str, statement: str) -> dict[str, str]:
    votes: dict[str, Counter[str]] = {}
    for stance in _stances(marked, statement):
        votes.setdefault(stance.speaker, Counter())[stance.polarity] += 1
    return {speaker: counts.most_common(1)[0][0] for speaker, counts in votes.items()}


def _errors() -> tuple[list[str], list[str]]:
    """The cases that come out otherwise than labelled, and those of them that take the contrary side."""
    wrong, contrary = [], []
    for topic, marked, expected in CASES:
        found = _sides(marked, PROPOSITIONS[topic])
        taken = {who: side for who, side in found.items() if side != "neutral" or who in expected}
        if taken != expected:
            wrong.append(f"{marked}: {taken} and not {expected}")
        if any({expected.get(who), side} == {"support", "oppose"} for who, side in found.items()):
            contrary.append(marked)
    return wrong, contrary


def test_the_table_is_read_well_as_a_whole():
    wrong, contrary = _errors()
    assert len(wrong) <= (1 - ACCURACY_FLOOR) * len(CASES), "\n".join(wrong)
    assert len(contrary) <= WRONG_SIDE_CEILING * len(CASES), "\n".join(contrary)


STATEMENTS = [
    ("Phones should be banned in schools", -1),
    ("Cannabis should be legal", 1),
    ("Britain should leave the European Union", -1),
    ("Britain should not leave the European Union", 1),
    ("The embargo on Cuba should be lifted", -1),
    ("Keeping elephants in zoos should be prohibited", -1),
    ("Germany should deliver more tanks", 1),
]


@pytest.mark.parametrize(("statement", "direction"), STATEMENTS, ids=[s for s, _ in STATEMENTS])
def test_a_proposition_asks_for_more_or_for_less(statement, direction):
    assert read_proposition(Topic("t", statement)).direction == direction


SIDES = {
    "support": ("<“I support the school phone ban,”> {said} [Ann Lee].", {"Ann Lee": "support"}),
    "support denied": ("<“I do not support the school phone ban,”> {said} [Ann Lee].", {"Ann Lee": "oppose"}),
    "a limit opposed": ("<“Let us end this phone ban in schools,”> {said} [Ann Lee].", {"Ann Lee": "oppose"}),
    "double negation": ("<“I am not against a phone ban in schools,”> {said} [Ann Lee].", {"Ann Lee": "support"}),
    "a question that presses": ("<“When will they ban phones in schools?”> {asked} [Ann Lee].", {"Ann Lee": "support"}),
    "a question that doubts": ("<“Why should we ban phones in schools?”> {asked} [Ann Lee].", {"Ann Lee": "oppose"}),
    "a condition": ("<“If it is true, I am glad that schools ban phones,”> {said} [Ann Lee].", {"Ann Lee": "support"}),
    "the attitude of others": ("<“Critics oppose phone bans in schools,”> {said} [Ann Lee].", {"Ann Lee": "neutral"}),
    "passive deeds": (
        "The phone ban in schools, urged by Ann Lee and resisted by Bo Ray, was approved.",
        {"Ann Lee": "support", "Bo Ray": "oppose"},
    ),
    "regarded as": ("The phone ban in schools was described by Bo Ray as a disaster.", {"Bo Ray": "oppose"}),
    "an active deed": ("Bo Ray has condemned the phone ban in schools.", {"Bo Ray": "oppose"}),
    "nobody in particular": ("Some teachers welcomed the phone ban in schools.", {}),
    "a frame": (
        "Other parents are less than thrilled about the phone ban in schools.\n\n[Ann Lee] {said}, <“My sons walk home.”>",
        {"Ann Lee": "oppose"},
    ),
    "words against a frame": (
        "Critics fear the phone ban in schools.\n\n[Ann Lee] {said}, <“The ban is long overdue.”>",
        {"Ann Lee": "support"},
    ),
}


@pytest.mark.parametrize(("marked", "sides"), SIDES.values(), ids=SIDES.keys())
def test_a_way_of_taking_sides(marked, sides):
    assert _sides(marked, "Phones should be banned in schools") == sides


def test_a_stance_shows_its_evidence_its_target_and_its_quote():
    marked = "<“The weather is fine. The phone ban is long overdue,”> {said} [Ann Lee]. Schools ban phones."
    (stance,) = _stances(marked, "Phones should be banned in schools")
    text, _ = _read(marked)
    assert [span.of(text) for span in stance.evidence] == ["The phone ban is long overdue,”"]
    assert (stance.quote, stance.topic, stance.target) == ("q1", "t", "phone")
    assert 0 < stance.confidence <= 1


def test_an_article_about_something_else_shows_no_stance():
    marked = (
        "The town opened a bridge. It cost a fortune. The mayor took a phone call. Cars may cross it. Trucks may not. "
        "<“It should be banned, it is a terrible idea,”> {said} [Ann Lee]."
    )
    assert _stances(marked, "Phones should be banned in schools") == ()


def test_a_repeated_quote_and_a_nameless_one_give_no_stance():
    text, (quote,) = _read("<“The school phone ban is long overdue,”> {said} [Ann Lee].")
    document = Document(text, topics=(Topic("t", "Phones should be banned in schools"),))
    for other in ({"same_as": "q9"}, {"speaker": None}):
        changed = Quote(**{name: getattr(quote, name) for name in Quote.__slots__} | other)
        assert find_stances(document, read_layout(text), (changed,), CastOfSources(text)) == ()


def test_without_topics_nobody_stands_anywhere():
    text, quotes = _read("<“The school phone ban is long overdue,”> {said} [Ann Lee].")
    assert find_stances(Document(text), read_layout(text), quotes, CastOfSources(text)) == ()


def test_the_seed_article_shows_who_is_for_and_who_is_against():
    statement = "Ukraine should be allowed to use American long-range missiles against targets in Russia"
    topics = (Topic("p1", statement),)
    found = extract(Document(SEED.read_text(encoding="utf-8"), published_on=date(2024, 11, 18), topics=topics))
    names = {speaker.id: speaker.name for speaker in found.speakers}
    sides = {(names[stance.speaker], stance.polarity) for stance in found.stances if stance.quote is not None}
    supporters = {"Jake Auchincloss", "Roger Wicker", "Mike Turner"}
    opponents = {"Thomas Massie", "Matt Rosendale", "Dmitry Peskov"}
    assert {(name, "support") for name in supporters} | {(name, "oppose") for name in opponents} <= sides
    assert not {(name, "oppose") for name in supporters} & sides
    assert not {(name, "support") for name in opponents} & sides


WORDS = st.sampled_from(
    [
        "the",
        "phone",
        "ban",
        "in",
        "schools",
        "was",
        "opposed",
        "by",
        "Lee",
        "as",
        "a",
        "bad",
        "idea",
        "?",
        ".",
        ",",
        "\n\n",
        "Some",
        "critics",
        "must",
        "not",
        "stop",
        "“",
        "”",
    ]
)


@given(st.lists(WORDS, max_size=60).map(" ".join), st.integers(0, 80), st.integers(0, 80), st.text(max_size=30))
def test_any_text_and_any_topic_can_be_judged(text, start, length, statement):
    content = Span(min(start, len(text)), min(start + length, len(text)))
    quote = Quote("q1", "direct", content.of(text), (content,), (), (), "s1")
    document = Document(text, topics=(Topic("a", "Phones should be banned in schools"), Topic("b", statement)))
    for stance in find_stances(document, read_layout(text), (quote,), CastOfSources(text)):
        assert all(0 <= span.start < span.end <= len(text) for span in stance.evidence)
        assert stance.target is None or stance.target in text
