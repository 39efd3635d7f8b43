"""What the README promises is what there is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from app.cli import cli
from app.main import create_app
from app.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
# What every list takes is said once, above the table.
COMMON = ("limit", "cursor", "count", "format")
SCHEMA = create_app(Settings(database_url=None)).openapi()
OPERATIONS = [(method.upper(), path, each) for path, methods in SCHEMA["paths"].items() for method, each in methods.items()]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name: str) -> None:
    variable = "DATABASE_URL" if name == "database_url" else f"ONRECORD_{name.upper()}"
    assert f"`{variable}`" in README


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_every_route_and_filter_is_in_the_readme(
    method: str, path: str, operation: dict[str, list[dict[str, str]]]
) -> None:
    (row,) = (line for line in README.splitlines() if f"`{method} {path}`" in line)
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and parameter["name"] not in COMMON:
            assert f"`{parameter['name']}" in row, parameter["name"]


def commands(group: typer.Typer, words: str = "onrecord") -> Iterator[str]:
    """Every command as it is typed, those of groups too."""
    for command in group.registered_commands:
        if command.callback:
            yield f"{words} {command.name or command.callback.__name__}"
    for inner in group.registered_groups:
        yield from commands(inner.typer_instance, f"{words} {inner.name}")


@pytest.mark.parametrize("command", list(commands(cli)))
def test_every_command_is_in_the_readme(command: str) -> None:
    assert command in README
