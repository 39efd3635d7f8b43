"""The files for production, held to their published schema and to what the project really has, without a Docker engine."""

import fnmatch
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema.validators import validator_for

from app.cli import cli
from app.main import create_app
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
IGNORED = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]


def instructions(word: str) -> list[str]:
    """What follows `word` wherever a line of the Dockerfile begins with it, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    return re.findall(rf"^{word}\s+(.+)$", text, re.MULTILINE)


def schema_errors(compose: dict[str, Any]) -> list[str]:
    schema = get_builtin_schema("vendor.compose-spec")
    return [error.message for error in validator_for(schema)(schema).iter_errors(compose)]


def commands() -> set[str]:
    return {command.name or command.callback.__name__ for command in cli.registered_commands if command.callback}


def test_compose_keeps_to_the_compose_specification():
    assert schema_errors(COMPOSE) == []


@pytest.mark.parametrize(
    ("key", "value"), [("helthcheck", {}), ("ports", "8000"), ("depends_on", {"db": {"condition": "up"}})]
)
def test_the_specification_would_notice(key: str, value: object):
    broken = deepcopy(COMPOSE)
    broken["services"]["api"][key] = value
    assert schema_errors(broken)


def test_services_depend_on_a_database_that_says_when_it_is_ready():
    assert set(SERVICES) == {"db", "api", "worker"}
    assert SERVICES["db"]["healthcheck"]["test"]
    for name in ("api", "worker"):
        assert SERVICES[name]["depends_on"] == {"db": {"condition": "service_healthy"}}


def test_data_of_postgres_18_are_in_a_named_volume():
    # The images of Postgres 18 keep them in a folder of /var/lib/postgresql; a volume in its data folder stays empty.
    assert SERVICES["db"]["image"].endswith(":pg18")
    assert SERVICES["db"]["volumes"] == ["database:/var/lib/postgresql"]
    assert set(COMPOSE["volumes"]) == {"database"}


def test_no_password_is_written_down_and_no_port_is_open_to_the_network():
    text = (ROOT / "docker-compose.yml").read_text()
    assert re.findall(r"PASSWORD: (.+)", text) == ["${POSTGRES_PASSWORD:?choose one}"] * 2
    assert all(port.startswith("127.0.0.1:") for service in SERVICES.values() for port in service.get("ports", []))


@pytest.mark.parametrize("name", ["api", "worker"])
def test_settings_of_services_are_understood(name: str, monkeypatch: pytest.MonkeyPatch):
    for variable, value in SERVICES[name]["environment"].items():
        monkeypatch.setenv(variable, value)
    assert Settings().database_url == "postgresql+psycopg://onrecord@db/onrecord"


@pytest.mark.parametrize(
    "command", [*(SERVICES[name]["command"] for name in ("api", "worker")), yaml.safe_load(instructions("CMD")[-1])]
)
def test_commands_exist(command: list[str]):
    program, verb = command
    assert program == "onrecord"
    assert verb in commands()


def test_image_does_not_run_as_root():
    assert instructions("USER")[-1] not in ("root", "0")


def test_health_is_asked_of_a_route_on_the_port_that_is_served():
    (check,) = instructions("HEALTHCHECK")
    (asked,) = re.findall(r"http://127\.0\.0\.1:(\d+)(/\w+)", check)
    assert asked[0] == instructions("EXPOSE")[0] == re.findall(r"ONRECORD_PORT=(\d+)", instructions("ENV")[-1])[0]
    assert asked[1] in create_app(Settings(database_url=None)).openapi()["paths"]


@pytest.mark.parametrize("source", [name for line in instructions("COPY") for name in line.split()[:-1]])
def test_what_the_image_copies_is_there_and_not_ignored(source: str):
    assert (ROOT / source).exists()
    assert f"!{source}" in IGNORED
    assert not any(fnmatch.fnmatch(source, pattern) for pattern in IGNORED[IGNORED.index("*") + 1 :])
