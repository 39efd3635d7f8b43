"""Who said what as tables: words of articles are shown as they are."""

import pytest
from rich.console import Console

from app.db import Sessions, WriteSession
from app.ingest import ingest
from app.ingest.clean import Article
from app.printout import print_record

pytestmark = pytest.mark.anyio


async def test_square_brackets_of_an_article_are_no_markup(write_session: WriteSession, sessions: Sessions) -> None:
    await ingest(write_session, Article("Mayor Lena Holt said, “We [the /red] need [/b] it :smile: now.”\n"))
    console = Console(record=True, width=160)
    async with sessions.reading() as session:
        await print_record(session, console)
    assert "“We [the /red] need [/b] it :smile: now.”" in console.export_text()
