"""A reference file anchors names."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.db import WriteSession
from app.errors import BadInput, Conflict
from app.ingest.merging import merge_speakers, split_speaker
from app.ingest.reference import read_reference, store_reference
from app.schemas import PersonIn
from app.tables import appearances, personas, revisions, speakers
from tests.records import person, store_people

pytestmark = pytest.mark.anyio
SEEDS = Path(__file__).parents[2] / "seeds"

BERG = PersonIn(
    name="Tom Berg", aliases=["Berg", "Thomas Berg"], wikidata="Q4242", country="NO", parties=[{"name": "Greens"}]
)  # type: ignore[list-item]


async def of_articles(session: WriteSession) -> dict[str, str]:
    """Whom each article names, by slug."""
    rows = (
        select(func.split_part(revisions.c.text, "\n", 1).label("mark"), speakers.c.slug)
        .select_from(appearances.join(revisions, revisions.c.id == appearances.c.revision_id))
        .join(speakers, speakers.c.id == appearances.c.speaker_id)
    )
    return {row.mark.removeprefix("News "): row.slug for row in await session.execute(rows)}


@pytest.mark.parametrize("first", [True, False], ids=["file first", "articles first"])
async def test_names_of_the_file_are_one_speaker(write_session: WriteSession, first: bool) -> None:
    if first:
        await store_reference(write_session, [BERG])
    articles = {
        "a": person("Tom Berg"), "b": person("Berg"), "c": person("Thomas Berg", country="NO"),
        "d": person("Berg", country="SE"), "e": person("T. Berg"), "f": person("Tom Berg", party="Green"),
    }  # fmt: skip
    for mark, each in articles.items():
        await store_people(write_session, each, mark=mark)
    if not first:
        await store_reference(write_session, [BERG])
    by_mark = await of_articles(write_session)
    assert {mark for mark, slug in by_mark.items() if slug == "tom-berg"} == {"a", "b", "c", "f"}
    row = (await write_session.execute(select(speakers).where(speakers.c.slug == "tom-berg"))).one()
    assert (row.name, row.wikidata) == ("Tom Berg", "Q4242")
    assert row.reference["parties"] == [{"name": "Greens", "since": None, "until": None}]


async def test_a_file_read_again_takes_the_place_of_what_it_said(write_session: WriteSession) -> None:
    await store_reference(write_session, [BERG])
    await store_people(write_session, person("Berg"), mark="a")
    before = await write_session.scalar(select(func.count()).select_from(personas))
    await store_reference(write_session, [BERG])
    assert await write_session.scalar(select(func.count()).select_from(personas)) == before
    await store_reference(write_session, [BERG.model_copy(update={"aliases": [], "name": "Thomas Berg"})])
    assert await of_articles(write_session) == {"a": "berg"}
    names = await write_session.scalars(select(speakers.c.name).where(speakers.c.wikidata == "Q4242"))
    assert names.all() == ["Thomas Berg"]


async def test_what_a_person_has_decided_is_not_overruled(write_session: WriteSession) -> None:
    stored = [await store_people(write_session, person("Tom Berg", country="NO"), mark=mark) for mark in "ab"]
    speaker_id = await write_session.scalar(select(speakers.c.id).where(speakers.c.slug == "tom-berg")) or 0
    await split_speaker(write_session, speaker_id, [stored[0].article_id])
    with pytest.raises(Conflict, match="Tom Berg"):
        await store_reference(write_session, [PersonIn(name="Eva Holm", aliases=["Tom Berg"], country="NO")])


async def test_the_seeds_are_known(write_session: WriteSession) -> None:
    people = read_reference(SEEDS / "people.yaml")
    await store_reference(write_session, people)
    assert await write_session.scalar(select(func.count()).where(speakers.c.wikidata.is_not(None))) == len(people)
    assert {each.name: each.country for each in people}["Jens Stoltenberg"] == "NO"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file"),
        ("people: 3", "people"),
        ("people: [{name: Ana, born: 1990}]", "people.0.born"),
        ("people: [{name: '...'}]", "people.0.name"),
        ("people: [{aliases: [Ana]}]", "people.0.name"),
        ("people: [{name: Ana, country: Norway}]", "people.0.country.*two letters"),
        ("people: [{name: Ana, wikidata: 42}]", "people.0.wikidata"),
        ("people: [{name: Ana, parties: [{name: Green, since: lately}]}]", "people.0.parties.0.since"),
        ("people: [{name: Ana, aliases: [Eva]}, {name: Eva}]", "'Eva' is given for Ana and for Eva"),
        ("people: [{name: Ana, wikidata: Q1}, {name: Eva, wikidata: Q1}]", "'Q1' is given for Ana and for Eva"),
        ("people: [", "cannot be read"),
        ("people: !!python/object/apply:os.system [ls]", "people"),
    ],
)
def test_what_is_wrong_with_a_file(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "people.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=message):
        read_reference(tmp_path / "people.yaml")


def test_norway_is_a_country_and_a_year_is_no_number(tmp_path: Path) -> None:
    text = "people: [{name: Ana, country: NO, parties: [{name: Green, since: 2015}]}]"
    (tmp_path / "people.yaml").write_text(text, encoding="utf-8")
    (ana,) = read_reference(tmp_path / "people.yaml")
    assert (ana.country, ana.parties[0].since) == ("NO", "2015")


async def test_an_article_split_off_leaves_the_reference_its_names(write_session: WriteSession) -> None:
    entry = PersonIn(name="Tom Berg", aliases=["Berg"], country="NO")
    await store_reference(write_session, [entry])
    stored = [
        await store_people(write_session, person(name, country="NO"), mark=mark)
        for mark, name in zip("ab", ("Berg", "Tom Berg"), strict=True)
    ]
    speaker_id = await write_session.scalar(select(speakers.c.id).where(speakers.c.slug == "tom-berg")) or 0
    await split_speaker(write_session, speaker_id, [stored[0].article_id])
    await store_people(write_session, person("Berg", country="NO"), mark="c")
    await store_reference(write_session, [entry])
    assert await of_articles(write_session) == {"a": "tom-berg-2", "b": "tom-berg", "c": "tom-berg"}


async def test_who_takes_over_a_reference_takes_its_name(write_session: WriteSession) -> None:
    entry = PersonIn(name="Joseph Holm", country="US")
    await store_reference(write_session, [entry])
    await store_people(write_session, person("Joseph Holm"), mark="a")
    await store_people(write_session, person("Joe Holm"), mark="b")
    ids = {row.slug: row.id for row in await write_session.execute(select(speakers.c.slug, speakers.c.id))}
    await merge_speakers(write_session, ids["joe-holm"], [ids["joseph-holm"]])
    await store_reference(write_session, [entry])
    assert await of_articles(write_session) == {"a": "joe-holm", "b": "joe-holm"}
    assert await write_session.scalar(select(speakers.c.name).where(speakers.c.slug == "joe-holm")) == "Joseph Holm"


async def test_an_alias_goes_from_one_entry_to_another(write_session: WriteSession) -> None:
    tom, eva = (PersonIn(name=f"{name} Berg", wikidata=f"Q{number}") for number, name in enumerate(("Tom", "Eva"), start=1))
    await store_reference(write_session, [tom.model_copy(update={"aliases": ["Berg"]}), eva])
    await store_people(write_session, person("Berg"), mark="a")
    assert await of_articles(write_session) == {"a": "tom-berg"}
    await store_reference(write_session, [eva.model_copy(update={"aliases": ["Berg"]}), tom])
    assert await of_articles(write_session) == {"a": "eva-berg"}
