"""The locks: all that pyproject.toml asks for, each with its hashes, and no word of where to fetch it."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
DEV = PROJECT["project"]["optional-dependencies"]["dev"]
LOCKS = {"requirements.txt": RUN, "requirements-dev.txt": RUN + DEV}


def locked(lock: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Each requirement with its hashes, by name."""
    entries = (ROOT / lock).read_text().replace("\\\n", "").splitlines()
    parts = [re.split(r"\s+--hash=sha256:", entry) for entry in entries]
    return {canonicalize_name(Requirement(first).name): (Requirement(first), hashes) for first, *hashes in parts}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_locked_at_a_version_that_fits(lock: str):
    versions = locked(lock)
    for asked in map(Requirement, LOCKS[lock]):
        (pin,) = versions[canonicalize_name(asked.name)][0].specifier
        assert pin.operator == "=="
        assert asked.specifier.contains(pin.version), asked


@pytest.mark.parametrize("lock", LOCKS)
def test_everything_locked_has_its_hashes(lock: str):
    for requirement, hashes in locked(lock).values():
        assert hashes, requirement
        assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes), requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_no_place_to_fetch_from_is_named(lock: str):
    assert re.findall(r"://|index|find-links| @ |#", (ROOT / lock).read_text()) == []


def test_tests_run_on_what_is_run():
    run, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: dev[name] for name in run} == run
