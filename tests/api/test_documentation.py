"""/docs shows every route without anything from another machine."""

import re

import httpx
import pytest

pytestmark = pytest.mark.anyio


async def test_the_page_and_all_that_it_needs_come_from_here(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "://" not in page.text
    needed = re.findall(r'(?:src|href)="([^"]+)"|url: \'([^\']+)\'', page.text)
    addresses = [first or second for first, second in needed]
    assert len(addresses) == 4
    for address in addresses:
        assert (await client.get(f"/{address}")).status_code == 200, address


async def test_the_start_page_leads_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.headers["location"] == "docs"
