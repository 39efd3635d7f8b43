"""The command line as a newcomer uses it: real processes, a real server, an empty home."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from app.cli import cli
from app.errors import NotFound

ONRECORD = [sys.executable, "-c", "from app.cli import main; main()"]
SEEDS = Path(__file__).parents[1] / "seeds"
TEXT = "The tram will stay, said Mayor Lena Holt. “We need it,” she added.\n"


def onrecord(
    *arguments: str, stdin: bytes = b"", home: Path | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*ONRECORD, *arguments], input=stdin, capture_output=True, env=_environment(home), cwd=cwd)


def _environment(home: Path | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ONRECORD_", "DATABASE_URL"))}
    return kept | ({"ONRECORD_HOME": str(home)} if home else {}) | {"COLUMNS": "100"}


def test_extract_reads_standard_input() -> None:
    done = onrecord("extract", "--published-on", "2024-05-07", stdin=TEXT.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    record = json.loads(done.stdout)
    assert record["published_on"] == "2024-05-07"
    assert record["extractor"]["version"].startswith("0.")
    quote = next(quote for quote in record["quotes"] if quote["kind"] == "direct")
    assert [TEXT[start:end] for start, end in quote["content"]] == [quote["text"]] == ["“We need it,”"]
    speaker = next(each for each in record["speakers"] if each["id"] == quote["speaker"])
    assert (speaker["name"], speaker["role"]) == ("Lena Holt", "Mayor")


def test_extract_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    seed = next(SEEDS.glob("*.txt"))
    runs = {onrecord("extract", str(seed), "--topic", "Missiles should be banned").stdout for _ in range(2)}
    assert len(runs) == 1
    assert len(json.loads(runs.pop())["quotes"]) > 20


def test_extract_keeps_going_after_a_bad_line() -> None:
    lines = [
        json.dumps({"id": 1, "text": TEXT, "propositions": [{"id": "p", "statement": "The tram should stay"}]}),
        "{broken",
        "",
        json.dumps({"id": "x"}),
        json.dumps({"id": "c", "text": "Nobody spoke.", "comment": "other fields are let be"}),
    ]
    done = onrecord("extract", "--jsonl", "-", stdin="\n".join(lines).encode())
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["1", "c"]
    errors = done.stderr.decode().splitlines()
    assert [re.search(r"line (\d+)", error)[1] for error in errors] == ["2", "4"]  # type: ignore[index]
    assert "text" in errors[1]


def test_extract_says_what_is_wrong_with_each_file(tmp_path: Path) -> None:
    wrong = {"empty": b"", "UTF-8": b"\xff\xfe", "NUL": b"a\0b", "limit": b"x" * 1_000_001}
    for words, content in wrong.items():
        (tmp_path / words).write_bytes(content)
    (tmp_path / "good").write_text(TEXT)
    done = onrecord("extract", *wrong, "nowhere", "good", cwd=tmp_path)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["good"]
    errors = done.stderr.decode().splitlines()
    assert [words in error for words, error in zip([*wrong, "nowhere"], errors, strict=True)] == [True] * 5


def test_ingest_takes_folders_and_keeps_what_is_good(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXT)
    (folder / "a.toml").write_text('publisher = "Echo"\npublished_on = 2024-05-07\n')
    (folder / "b.txt").write_text(" ")
    (folder / "c.txt").write_text(TEXT + "More.")
    (folder / "c.toml").write_text('publsher = "Echo"\n')
    (folder / "topics.toml").write_text('[[topics]]\nslug = "tram"\nstatement = "The tram should stay"\n')
    first = onrecord("ingest", str(folder), home=tmp_path / "home")
    assert first.returncode == 1
    assert "a.txt: recorded as article 1" in first.stdout.decode()
    assert first.stdout.decode().endswith("1 recorded, 0 already on record, 2 failed\n")
    assert "b.txt" in first.stderr.decode()
    assert "publsher" in first.stderr.decode()
    again = onrecord("ingest", str(folder / "a.txt"), home=tmp_path / "home")
    assert (again.returncode, again.stdout.decode().endswith("a.txt: already on record as article 1\n")) == (0, True)


def test_ingest_refuses_a_private_address(tmp_path: Path) -> None:
    done = onrecord("ingest", "http://127.0.0.1:1/x", home=tmp_path)
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr.decode()


@contextmanager
def serving(home: Path, *command: str) -> Iterator[tuple[str, str]]:
    """A running `onrecord serve` or the like: what it printed, and where it serves."""
    process = subprocess.Popen(
        [*ONRECORD, *command, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(home),
    )
    try:
        assert process.stdout is not None
        printed: list[str] = []
        for line in process.stdout:
            printed.append(line)
            if found := re.search(r"running on (http://\S+)", line):
                yield "".join(printed), found[1]
                break
        else:
            pytest.fail("".join(printed))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()
    assert process.returncode == 0


def test_a_server_told_to_stop_takes_its_database_down(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*ONRECORD, "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=_environment(tmp_path),
    )
    assert process.stdout is not None
    url = next(found[1] for line in process.stdout if (found := re.search(r"running on (http://\S+)", line)))
    # One command is enough for an article to be read.
    posted = httpx.post(f"{url}/v1/articles", json={"text": TEXT}, headers={"Prefer": "wait=60"}, timeout=90)
    assert (posted.status_code, len(posted.json()["quotes"])) == (201, 2)
    running = tmp_path / "postgres" / "postmaster.pid"
    assert running.exists()
    process.terminate()
    process.communicate()
    assert process.returncode == 128 + signal.SIGTERM
    assert not running.exists()
    assert onrecord("worker", "--once", home=tmp_path).returncode == 0


def test_the_demo_shows_who_said_what_and_serves_it_twice_alike(tmp_path: Path) -> None:
    answers = []
    for _ in range(2):
        with serving(tmp_path, "demo") as (printed, url):
            assert "Thomas Massie" in printed
            assert "ATACMS" in printed
            assert max(len(line) for line in printed.split("INFO:")[0].splitlines()) <= 100
            paths = ("/v1/quotes?speaker=turner", "/v1/articles", "/v1/speakers?limit=200", "/v1/weapon-facts?limit=200")
            answers.append([httpx.get(url + path).json() for path in paths])
            assert httpx.get(f"{url}/docs").status_code == 200
            assert httpx.post(f"{url}/v1/articles", json={}).status_code == 422  # and no key is asked for
            assert httpx.get(f"{url}/readyz").json() == {"status": "ok"}
    assert answers[0] == answers[1]
    turner = answers[0][0]["data"]
    assert len(turner) == 2
    assert all(quote["speaker"]["slug"] == "mike-turner" for quote in turner)


def keys(*arguments: str, home: Path) -> Result:
    """`onrecord keys`, without the seconds that a process of its own takes to start."""
    return CliRunner().invoke(cli, ["keys", *arguments], env={"ONRECORD_HOME": str(home), "COLUMNS": "120"})


def test_a_server_that_others_reach_takes_what_has_a_key(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--host", "0.0.0.0") as (_, url):
        address = url.replace("0.0.0.0", "127.0.0.1") + "/v1/articles"
        assert httpx.post(address, json={"text": TEXT}).status_code == 401
        made = keys("create", "Feed", "--scope", "ingest", "--expires", "2999-01-01", home=tmp_path)
        secret = made.stdout.strip()
        headers = {"Authorization": f"Bearer {secret}"}
        assert httpx.post(address, json={"text": TEXT}, headers=headers).status_code == 202
        listed = keys("list", home=tmp_path).stdout
        assert all(shown in listed for shown in (secret[:16], "Feed", "ingest", "active", "2999-01-01"))
        assert secret[17:] not in listed
        unknown = keys("revoke", secret[:16], "onr_0", home=tmp_path)
        assert (unknown.stdout, type(unknown.exception)) == ("", NotFound)
        assert httpx.get(address, headers=headers).status_code == 200
        assert keys("revoke", secret[:16], home=tmp_path).stdout == f"revoked: {secret[:16]} (Feed)\n"
        assert httpx.post(address, json={"text": TEXT}, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["create", "Feed"], "--scope"),
        (["create", "Feed", "--scope", "write"], "read, ingest, curate, admin"),
        (["create", " ", "--scope", "read"], "NAME"),
        (["create", "Feed", "--scope", "read", "--expires", "2020-01-01"], "--expires"),
    ],
)
def test_keys_that_cannot_be_made(tmp_path: Path, arguments: list[str], told: str) -> None:
    done = keys(*arguments, home=tmp_path)
    assert done.exit_code == 2
    assert told in done.output
    assert not list(tmp_path.iterdir())  # no database was needed to see it
