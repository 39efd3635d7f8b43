"""`/v1/weapons` and `/v1/weapon-facts`: what is stated of weapons, and by whom."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.api.dependencies import ReadSessionDep
from app.api.listing import Listing
from app.api.lists import answer_list
from app.errors import NotFound
from app.queries.weapons import (
    WeaponFactFilter,
    WeaponFilter,
    ledger_from,
    select_ledger,
    select_weapon,
    select_weapon_facts,
    select_weapons,
    weapon_fact_from,
    weapon_from,
)
from app.schemas import ListOut, PlainStr, WeaponDetail, WeaponFactOut, WeaponOut

router = APIRouter(prefix="/v1", tags=["weapons"])


WEAPONS = Listing("weapons", select_weapons, weapon_from, WeaponOut)
FACTS = Listing("weapon-facts", select_weapon_facts, weapon_fact_from, WeaponFactOut)


@router.get("/weapons", response_model=ListOut[WeaponOut], responses=WEAPONS.responses, operation_id="listWeapons")
async def list_weapons(
    filter: Annotated[WeaponFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Weapons of which facts are on record, by slug."""
    return await answer_list(request, response, session, filter, WEAPONS)


@router.get("/weapons/{weapon}", response_model=WeaponDetail, operation_id="getWeapon")
async def get_weapon(
    weapon: Annotated[PlainStr, Path(max_length=300, description="id, slug or name")], session: ReadSessionDep
) -> dict[str, Any]:
    """One weapon as a ledger: each attribute with every value claimed, by whom, where and when, and whether they agree.

    The latest thousand facts are shown.
    """
    row = (await session.execute(select_weapon(weapon))).mappings().first()
    if row is None:
        raise NotFound(f"There is no weapon {weapon!r} on record: GET /v1/weapons?q=… searches them.")
    facts = (await session.execute(select_ledger(row["id"]))).mappings()
    return weapon_from(row) | {"ledger": ledger_from(facts)}


@router.get(
    "/weapon-facts", response_model=ListOut[WeaponFactOut], responses=FACTS.responses, operation_id="listWeaponFacts"
)
async def list_weapon_facts(
    filter: Annotated[WeaponFactFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Facts on weapons, newest first; `claimed_by` is null where the article states one in its own voice."""
    return await answer_list(request, response, session, filter, FACTS)
