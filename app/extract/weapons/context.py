"""The words around a weapon or a quantity that say what is meant, as patterns from weapon_contexts.toml."""

import re
from functools import cache

from app.extract.lexicon import load


@cache
def context(name: str) -> re.Pattern[str]:
    """The pattern `name`: any of its alternatives, without regard to case."""
    return re.compile("|".join(load("weapon_contexts")[name]), re.IGNORECASE)
