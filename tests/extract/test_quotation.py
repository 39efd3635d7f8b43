"""Which quotations a text has, and which marks are left without a partner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.layout import read_layout
from app.extract.quotation import Quotations, find_quotations

MARKED = st.text(alphabet="ab .,\n“”‘’\"'«»„`0", max_size=120)

CASES = [
    pytest.param("He said, “Go.”", ["“Go.”"], id="curly"),
    pytest.param('He said, "Go."', ['"Go."'], id="straight"),
    pytest.param("‘We lost,’ she said. ‘Badly.’", ["‘We lost,’", "‘Badly.’"], id="single curly"),
    pytest.param("'We lost,' she said. 'Badly.'", ["'We lost,'", "'Badly.'"], id="single straight"),
    pytest.param("«On part», dit-elle.", ["«On part»"], id="guillemets"),
    pytest.param("« On part », dit-elle.", ["« On part »"], id="spaced guillemets"),
    pytest.param("»Los«, sagte er.", ["»Los«"], id="guillemets turned round"),
    pytest.param("„Los“, sagte er.", ["„Los“"], id="low mark closed by a high one"),
    pytest.param("``Go,'' he said.", ["``Go,''"], id="typewriter"),
    pytest.param("“He told me ‘no’ twice,” she said.", ["“He told me ‘no’ twice,”"], id="single in double"),
    pytest.param("‘He told me “no” twice,’ she said.", ["‘He told me “no” twice,’"], id="double in single"),
    pytest.param("“He said “no” to us,” she said.", ["“He said “no” to us,”"], id="double in double"),
    pytest.param("“A plan,” he said, “and a budget.”", ["“A plan,”", "“and a budget.”"], id="interrupted"),
    pytest.param("“Yes,“ she said. “No.“", ["“Yes,“", "“No.“"], id="opening shape used to close"),
    pytest.param("He said ”yes” twice.", ["”yes”"], id="closing shape used to open"),
    pytest.param('“Mixed marks," he said.', ['“Mixed marks,"'], id="curly and straight"),
    pytest.param("The voters' choice wasn't the mayor's.", [], id="apostrophes"),
    pytest.param("The voters’ choice wasn’t the mayor’s.", [], id="curly apostrophes"),
    pytest.param("‘The voters’ choice is clear,’ he said.", ["‘The voters’ choice is clear,’"], id="possessive inside"),
    pytest.param("Back in the ‘90s and '80s, rock ‘n’ roll ruled ’em.", [], id="elisions"),
    pytest.param("The 16\" gun and a 6'2\" guard, 12' wide.", [], id="inches and feet"),
    pytest.param('"The 16" gun fired," he said.', ['"The 16" gun fired,"'], id="inches inside"),
    pytest.param('"We left in 1996," he said.', ['"We left in 1996,"'], id="a year is no measure"),
    pytest.param("“The tide turned.”", ["“The tide turned.”"], id="a block that is wholly a quotation"),
    pytest.param('She said"we go"and left.', ['"we go"'], id="missing spaces"),
]


def quotations_in(text: str) -> Quotations:
    return find_quotations(read_layout(text))


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_quotations(text: str, expected: list[str]) -> None:
    found = quotations_in(text)
    assert [quotation.span.of(text) for quotation in found.spans] == expected
    assert found.warnings == ()


def test_paragraphs_that_go_on() -> None:
    text = "“The first day was long.\n\n“The second was longer.\n\n“The third never came,” she said."
    found = quotations_in(text)
    assert [quotation.span.of(text) for quotation in found.spans] == [
        "“The first day was long.",
        "“The second was longer.",
        "“The third never came,”",
    ]
    assert [quotation.continues for quotation in found.spans] == [True, True, False]
    assert [quotation.block for quotation in found.spans] == [0, 1, 2]
    assert found.warnings == ()


def test_last_paragraph_may_forget_its_closing_mark() -> None:
    text = "“The first day was long.\n\n“The second was longer. Then it was over.\n\nShe left."
    found = quotations_in(text)
    assert [quotation.span.of(text) for quotation in found.spans][1] == "“The second was longer. Then it was over."
    assert [warning.code for warning in found.warnings] == ["unbalanced-quotation"]


def test_a_heading_between_paragraphs_of_one_quotation() -> None:
    text = "“The first day was long.\n\nA long week\n\n“The second was longer,” she said."
    assert [quotation.continues for quotation in quotations_in(text).spans] == [True, False]


@pytest.mark.parametrize(
    ("text", "expected", "stray"),
    [
        pytest.param("He won “the vote and left. She lost.", [], [7], id="opening in mid-sentence"),
        pytest.param("He said, “We won. She lost.", ["“We won."], [9], id="introduced: to the end of its sentence"),
        pytest.param("We won,” he said. “We did.”", ["“We did.”"], [7], id="closing only"),
        pytest.param("“We won, he said. “We did.”", ["“We did.”"], [0], id="forgotten closing mark"),
        pytest.param("He won ” twice.\n\n“We did,” he said.", ["“We did,”"], [7], id="the next paragraph is safe"),
    ],
)
def test_stray_marks_cost_a_sentence_at_most(text: str, expected: list[str], stray: list[int]) -> None:
    found = quotations_in(text)
    assert [quotation.span.of(text) for quotation in found.spans] == expected
    assert [warning.span.start for warning in found.warnings if warning.span] == stray
    assert {warning.code for warning in found.warnings} == {"unbalanced-quotation"}


def test_inner_leaves_the_marks_out() -> None:
    text = "``Go,'' he said. “Now.”"
    assert [quotation.inner.of(text) for quotation in quotations_in(text).spans] == ["Go,", "Now."]


def test_at_and_within() -> None:
    text = "“One,” he said. “Two.”"
    found = quotations_in(text)
    assert found.at(0) == found.spans[0]
    assert found.at(8) is None
    assert found.at(len(text) - 1) == found.spans[1]
    assert found.at(len(text)) is None
    assert found.within(found.spans[1].span) == found.spans[1:]


@given(MARKED | st.text(max_size=80))
def test_any_text(text: str) -> None:
    found = quotations_in(text)
    end = 0
    for quotation in found.spans:
        assert end <= quotation.span.start < quotation.span.end <= len(text)
        assert quotation.span.covers(quotation.inner)
        end = quotation.span.end
    assert all(warning.span is not None and warning.span.end <= len(text) for warning in found.warnings)
