"""Domain knowledge as data: one TOML file a subject, with the reason beside the entry."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(subject: str) -> dict[str, Any]:
    """The parsed file `subject`.toml; callers must not change what they get."""
    return tomllib.loads((files(__name__) / f"{subject}.toml").read_text(encoding="utf-8"))
