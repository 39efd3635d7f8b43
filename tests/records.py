"""Articles with what is in them said by hand, for tests of storing and querying that are not about extracting."""

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select

from app.db import ReadSession, WriteSession
from app.extract.document import (
    SPEAKER_FIELDS,
    Document,
    Extraction,
    Measure,
    Mention,
    Polarity,
    Quote,
    Span,
    Spans,
    Speaker,
    Stance,
    Topic,
    WeaponFact,
)
from app.ingest.clean import Article
from app.ingest.store import Stored, store, store_extraction
from app.tables import appearances, personas, quotes, revisions, speakers

HARBOUR = """Harbour plan splits the council

Councillor Ana Ruiz (Labour) said on Monday, “The harbour must be widened.” She added that the cost was fair.

Mayor Tom Berg called it a folly. “We shall not widen the harbour,” Berg told Radio Nord.

A city official said the Hellfire missile has a range of 11 km.
"""


def at(text: str, words: str, nth: int = 0) -> Span:
    """Where `words` stand in `text`, the first time or the nth after it."""
    start = text.index(words)
    for _ in range(nth):
        start = text.index(words, start + 1)
    return Span(start, start + len(words))


def spans(text: str, *words: str) -> Spans:
    """Where each of `words` stands first."""
    return tuple(at(text, each) for each in words)


def quote(text: str, id: str, content: str, *, source: str, cue: str, speaker: str | None, **more: object) -> Quote:
    """A quote whose parts are named by their words."""
    made = Quote(
        id=id,
        kind="direct",
        text=content,
        content=spans(text, content),
        source=spans(text, source),
        cue=spans(text, cue),
        speaker=speaker,
        confidence=0.9,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def harbour(topic_id: int | None = None, on: str | None = None) -> Extraction:
    """What is in `HARBOUR`; with a topic, who stands where on it; `on` is the date of the weapon fact."""
    ana = Speaker(
        id="s1",
        name="Ana Ruiz",
        kind="person",
        role="Councillor",
        party="Labour",
        mentions=(Mention(at(HARBOUR, "Ana Ruiz"), "name"), Mention(at(HARBOUR, "She"), "pronoun")),
        evidence={"role": spans(HARBOUR, "Councillor"), "party": spans(HARBOUR, "Labour")},
    )
    tom = Speaker(
        id="s2",
        name="Tom Berg",
        kind="person",
        role="Mayor",
        mentions=(Mention(at(HARBOUR, "Tom Berg"), "name"), Mention(at(HARBOUR, "Berg", 1), "name")),
        evidence={"role": spans(HARBOUR, "Mayor")},
    )
    official = Speaker(
        id="s3",
        name="city official",
        kind="person",
        anonymous=True,
        count=1,
        mentions=(Mention(at(HARBOUR, "A city official"), "nominal"),),
        evidence={"count": spans(HARBOUR, "A city official")},
    )
    quotes = (
        quote(HARBOUR, "q1", "“The harbour must be widened.”", source="Councillor Ana Ruiz (Labour)", cue="said", speaker="s1",
              said_on="2024-05-06"),
        quote(HARBOUR, "q2", "that the cost was fair", source="She", cue="added", speaker="s1", kind="indirect"),
        quote(HARBOUR, "q3", "“We shall not widen the harbour,”", source="Berg", cue="told", speaker="s2",
              said_to="Radio Nord", assertion="denied", medium="interview"),
        quote(HARBOUR, "q4", "the Hellfire missile has a range of 11 km", source="A city official", cue="said",
              speaker="s3", kind="indirect", confidence=0.6, via="Nord Press"),
    )  # fmt: skip
    stances = ()
    if topic_id is not None:
        stances = (
            Stance("s1", str(topic_id), "the harbour", "support", quotes[0].content, "q1", 0.9),
            Stance("s2", str(topic_id), "the harbour", "oppose", quotes[2].content, "q3", 0.8),
        )
    fact = WeaponFact(
        weapon="AGM-114 Hellfire",
        mention=spans(HARBOUR, "Hellfire missile"),
        attribute="range",
        value=11.0,
        evidence=spans(HARBOUR, "has a range of 11 km"),
        unit="km",
        qualifier="exactly",
        si=Measure(11_000.0, "m"),
        claimed_by="s3",
        quote="q4",
        on=on,
        confidence=0.8,
    )
    return Extraction((ana, tom, official), quotes, stances, (fact,), ())


async def store_harbour(
    session: WriteSession,
    *,
    topic_id: int | None = None,
    published_on: date | None = date(2024, 5, 7),
    publisher: str = "Nordkurier",
    url: str | None = None,
    ending: str = "",
    on: str | None = None,
) -> Stored:
    """Store `HARBOUR`, with `ending` to make another article of it."""
    text = HARBOUR + ending
    article = Article(text, title="Harbour plan", publisher=publisher, published_on=published_on, url=url)
    topics = () if topic_id is None else (Topic(str(topic_id), "The harbour should be widened"),)
    document = Document(text, published_on=published_on, topics=topics)
    return await store(session, article, document, harbour(topic_id, on))


def person(name: str, **said: str) -> Speaker:
    """Somebody of this name, of whom `store_people` makes an article say `said`: country, party, role, …"""
    kind = said.pop("kind", "person")
    return Speaker(id="", name=name, kind=kind, **said)  # type: ignore[arg-type]


async def store_people(
    session: WriteSession,
    *people: Speaker,
    mark: str = "",
    published_on: date = date(2024, 5, 7),
    stance: tuple[int, Polarity] | None = None,
) -> Stored:
    """Store an article in which each of `people` says that he or she is there; `mark` makes another article of it.

    With a topic's id and a polarity, that is what each takes toward it.
    """
    text, found, quotes = f"News {mark}", [], []
    for number, each in enumerate(people, start=1):
        said = {field: getattr(each, field) for field in SPEAKER_FIELDS if getattr(each, field) is not None}
        content = f"“I am number {number}.”"
        source = ", ".join([each.name, *said.values()])
        start = len(text) + 1
        text += f"\n{source} said: {content}"
        evidence = {field: (Span(start, start + len(source)),) for field in said}
        own = replace(
            each, id=f"s{number}", evidence=evidence, mentions=(Mention(Span(start, start + len(each.name)), "name"),)
        )
        found.append(own)
        cue = Span(start + len(source) + 1, start + len(source) + 5)
        quotes.append(
            Quote(f"q{number}", "direct", content, spans(text, content), (Span(start, start + len(source)),), (cue,),
                  own.id, confidence=0.9)
        )  # fmt: skip
    stances = tuple(
        Stance(each.speaker or "", str(stance[0]), None, stance[1], each.content, each.id, 0.9) for each in quotes if stance
    )
    article = Article(text, title="News", publisher="Nordkurier", published_on=published_on)
    topics = (Topic(str(stance[0]), "A topic"),) if stance else ()
    document = Document(text, published_on=published_on, topics=topics)
    return await store(session, article, document, Extraction(tuple(found), tuple(quotes), stances, (), ()))


async def is_consistent(session: WriteSession | ReadSession) -> bool:
    """Whether facts say the same of who they are of as their personas do, and nobody is left over."""
    for facts in (appearances, quotes):
        wrong = (
            select(func.count())
            .select_from(facts.join(personas, personas.c.id == facts.c.persona_id))
            .where(facts.c.speaker_id != personas.c.speaker_id)
        )
        if await session.scalar(wrong):
            return False
        gone = select(func.count()).select_from(facts.join(speakers, speakers.c.id == facts.c.speaker_id))
        if await session.scalar(gone.where(speakers.c.merged_into.is_not(None))):
            return False
    owners = select(personas.c.speaker_id)
    idle = select(func.count()).where(speakers.c.id.not_in(owners), speakers.c.merged_into.is_(None))
    return not await session.scalar(idle.select_from(speakers))


async def again(session: WriteSession, stored: Stored, *people: Speaker) -> None:
    """Have the article read as if it had named `people`, and no more."""
    text = await session.scalar(select(revisions.c.text).where(revisions.c.id == stored.revision_id)) or ""
    found = tuple(
        replace(each, id=f"s{number}", evidence={field: (Span(0, 2),) for field in SPEAKER_FIELDS if getattr(each, field)})
        for number, each in enumerate(people)
    )
    document = Document(text, published_on=date(2024, 5, 7))
    await store_extraction(session, stored.article_id, stored.revision_id, document, Extraction(found, (), (), (), ()))
