"""The embedded server, shared, killed and stopped; other servers; sessions; migrations up, down and beside the models."""

import asyncio
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from alembic import command
from alembic.config import Config
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import InternalError
from sqlalchemy.ext.asyncio import AsyncEngine

from app import db, embedded
from app.db import MIGRATIONS, Database, Sessions, migrate, migration_config, open_database
from app.embedded import shared_server
from app.errors import DatabaseUnavailable
from app.extract.document import Document, Extraction, Mention, Span, Speaker
from app.ingest.clean import Article
from app.ingest.merging import merge_speakers
from app.ingest.store import store
from app.settings import Settings
from app.tables import metadata, speakers
from tests.records import store_harbour

# Says when it has the server, and leaves it when it is told anything.
USER = """
import sys
from pathlib import Path
from app.embedded import shared_server
with shared_server(Path(sys.argv[1])) as url:
    print(url.query["host"], flush=True)
    sys.stdin.readline()
"""
# The same, with a forked child that says when its parent has left, and ends when it is told anything.
FORKING_USER = """
import os, sys
from pathlib import Path
from app.embedded import shared_server
with shared_server(Path(sys.argv[1])):
    child = os.fork()
    if not child:
        sys.stdin.readline()
        os._exit(0)
print("left", flush=True)
os.waitpid(child, 0)
"""
MIGRATOR = """
import sys
from app.db import migrate, open_database
from app.settings import Settings
with open_database(Settings(database_url=sys.argv[1])) as database:
    migrate(database)
"""


@contextmanager
def running(script: str, argument: object) -> Iterator[subprocess.Popen[str]]:
    """Another process; one that a failing test leaves behind is ended."""
    line = [sys.executable, "-c", script, str(argument)]
    with subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def says(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n")
    assert process.returncode == 0


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL


def server_of(home: Path) -> psutil.Process | None:
    """The first process of the server in `home`, found by what it works on and not by any file that it wrote."""
    found = {}
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error):
            if process.info["name"] == "postgres" and Path(process.cwd()) == home / "postgres":
                found[process.pid] = process
    return next((process for process in found.values() if process.ppid() not in found), None)


def query(database_url: object, sql: str) -> list[tuple[object, ...]]:
    with (
        open_database(Settings(database_url=str(database_url))) as database,
        database.create_engine().begin() as connection,
    ):
        result = connection.execute(text(sql))
        return [tuple(row) for row in result] if result.returns_rows else []


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a server has run that is stopped: every test leaves it so."""
    home = tmp_path_factory.mktemp("shared").resolve()
    with shared_server(home):
        assert server_of(home)
    assert server_of(home) is None
    return home


class TestSharing:
    def test_processes_share_one_server_and_the_last_one_out_stops_it(self, home: Path):
        with running(USER, home) as first, running(USER, home) as second:
            assert says(first) == says(second) == str(home / "postgres")
            server = server_of(home)
            leave(first)
            assert server
            assert server_of(home) == server
            leave(second)
        assert server_of(home) is None

    def test_first_users_of_a_folder_may_come_together(self, tmp_path: Path):
        home = tmp_path / "new"
        with running(USER, home) as first, running(USER, home) as second, running(USER, home) as third:
            assert says(first) == says(second) == says(third) != ""
            for process in (third, first, second):
                leave(process)
        assert server_of(home) is None

    def test_killed_user_leaves_a_server_that_the_next_one_out_stops(self, home: Path):
        with running(USER, home) as killed:
            assert says(killed)
            server = server_of(home)
            kill(killed)
        assert server
        assert server_of(home) == server
        with shared_server(home) as url:
            assert server_of(home) == server
            assert query(url, "SELECT 1") == [(1,)]
        assert server_of(home) is None

    def test_killed_user_does_not_keep_the_server_from_being_stopped(self, home: Path):
        with running(USER, home) as killed, running(USER, home) as other:
            assert says(killed)
            assert says(other)
            kill(killed)
            leave(other)
        assert server_of(home) is None

    def test_user_killed_while_starting_lets_others_start(self, home: Path):
        with running(USER, home) as killed:
            kill(killed)
        with shared_server(home) as url:
            assert query(url, "SELECT 1") == [(1,)]
        assert server_of(home) is None

    def test_forked_child_keeps_the_server(self, home: Path):
        with running(FORKING_USER, home) as parent:
            assert says(parent) == "left"
            assert server_of(home)
            leave(parent)
        with shared_server(home):
            pass
        assert server_of(home) is None

    def test_one_process_may_open_it_twice(self, home: Path):
        with shared_server(home) as url:
            with shared_server(home) as again:
                assert again == url
            assert query(url, "SELECT 1") == [(1,)]
        assert server_of(home) is None


class TestAfterACrash:
    def test_server_that_was_killed_recovers_what_was_committed(self, home: Path):
        name = f"kept_{uuid4().hex}"
        with shared_server(home) as url:
            query(url, f"CREATE TABLE {name} AS SELECT 1")
            server = server_of(home)
            assert server
            family = [server, *server.children()]
            server.kill()
            psutil.wait_procs(family)
        assert (home / "postgres" / "postmaster.pid").exists()
        with shared_server(home) as url:
            assert query(url, f"TABLE {name}") == [(1,)]
            query(url, f"DROP TABLE {name}")

    @pytest.mark.parametrize(
        "written",
        [
            pytest.param("{own}\n{data}\n1\n5432\n{data}\n\n\nready\n", id="process-number-reused"),
            pytest.param("{own}\n{data}\n1\n5432\n\n", id="killed-while-starting"),
            pytest.param("{other}\n{other_data}\n1\n5432\n{other_data}\n\n\nready\n", id="folder-was-copied"),
            pytest.param("{own}\n/", id="cut-short"),
            pytest.param("", id="empty"),
        ],
    )
    def test_file_of_a_server_that_is_gone_keeps_nobody_out(
        self, home: Path, written: str, database: Database, settings: Settings
    ):
        other_home = settings.home.resolve()
        other = server_of(other_home)
        assert other
        data = home / "postgres"
        names = {"own": os.getpid(), "data": data, "other": other.pid, "other_data": other_home / "postgres"}
        (data / "postmaster.pid").write_text(written.format(**names))
        with shared_server(home) as url:
            assert query(url, "SHOW data_directory") == [(str(data),)]
        assert server_of(home) is None
        assert other.is_running()

    def test_interrupted_making_of_the_data_is_begun_again(self, tmp_path: Path):
        half = tmp_path / "postgres.new"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
        (half / "base").mkdir()
        with shared_server(tmp_path) as url:
            assert query(url, "SELECT 1") == [(1,)]
        assert not half.exists()


class TestFolder:
    def test_long_path_with_odd_characters_has_its_socket_in_a_private_folder(self, tmp_path: Path):
        home = tmp_path / "a, \"b\" 'c' $d % \\e" / ("long" * 25)
        with shared_server(home) as url:
            sockets = Path(str(url.query["host"]))
            assert not sockets.is_relative_to(home)
            assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
            assert query(url, "SHOW data_directory") == [(str(home / "postgres"),)]
        assert not sockets.exists()

    @pytest.mark.parametrize("name", ["file", "file/home"])
    def test_home_that_cannot_be_a_folder_is_named_with_the_remedy(self, tmp_path: Path, name: str):
        (tmp_path / "file").write_text("in the way")
        with (
            pytest.raises(DatabaseUnavailable, match=rf"{tmp_path / name}.*ONRECORD_HOME.*DATABASE_URL"),
            shared_server(tmp_path / name),
        ):
            pass

    @pytest.mark.parametrize(
        ("file", "content", "told"),
        [
            pytest.param("notes.txt", "mine", "holds something other than a database", id="other-files"),
            pytest.param("PG_VERSION", "15\n", "written by Postgres 15", id="older-postgres"),
        ],
    )
    def test_folder_of_something_else_is_left_alone(self, tmp_path: Path, file: str, content: str, told: str):
        data = tmp_path / "postgres"
        data.mkdir()
        (data / file).write_text(content)
        with pytest.raises(DatabaseUnavailable, match=f"{data} .*{told}"), shared_server(tmp_path):
            pass
        assert [path.name for path in data.iterdir()] == [file]
        assert (data / file).read_text() == content

    def test_folder_of_another_user_is_left_alone(self, home: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(os, "geteuid", lambda: (home / "postgres").stat().st_uid + 1)
        with pytest.raises(DatabaseUnavailable, match="belongs to another user"), shared_server(home):
            pass

    def test_what_the_server_cannot_start_with_is_told(self, home: Path):
        settings = home / "postgres" / "postgresql.auto.conf"
        before = settings.read_text()
        settings.write_text("shared_buffers = '1 parsec'\n")
        with pytest.raises(DatabaseUnavailable, match="invalid value for parameter"), shared_server(home):
            pass
        settings.write_text(before)


class TestServer:
    def test_committed_data_are_on_the_disk_and_nobody_else_gets_in(self, home: Path):
        with shared_server(home) as url:
            names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "listen_addresses", "TimeZone")
            wanted = ("on", "on", "on", "on", "", "UTC")
            assert tuple(query(url, f"SHOW {name}")[0][0] for name in names) == wanted
            assert stat.S_IMODE((home / "postgres" / f".s.PGSQL.{embedded.PORT}").stat().st_mode) == 0o700
            assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700

    def test_names_sort_the_same_on_every_machine(self, home: Path):
        with shared_server(home) as url:
            words = query(
                url, "SELECT w, upper(w) FROM unnest(ARRAY['zebra', 'Émile', 'a b', 'ab', 'Zoë']) AS w ORDER BY w"
            )
        assert words == [("Zoë", "ZOË"), ("a b", "A B"), ("ab", "AB"), ("zebra", "ZEBRA"), ("Émile", "ÉMILE")]

    def test_settings_for_other_servers_do_not_reach_it(self, home: Path, monkeypatch: pytest.MonkeyPatch):
        for name, value in {"PGPORT": "1", "PGHOST": "nowhere", "PGDATA": "/nowhere", "LC_ALL": "xx_XX.UTF-8"}.items():
            monkeypatch.setenv(name, value)
        with shared_server(home) as url:
            assert query(url, "SHOW port") == [(str(embedded.PORT),)]


class TestGivenServer:
    @pytest.mark.parametrize(
        "address",
        [
            pytest.param("postgresql://me:secret@127.0.0.1:1/record", id="nobody-listens"),
            pytest.param("postgresql://me:secret@/record?host=/nowhere", id="no-socket"),
            pytest.param("mysql://me:secret@db/record", id="another-database"),
            pytest.param("secret", id="no-address"),
        ],
    )
    def test_one_that_does_not_answer_is_told_without_the_password(self, address: str):
        with (
            pytest.raises(DatabaseUnavailable, match="DATABASE_URL") as raised,
            open_database(Settings(database_url=address)),
        ):
            pass
        assert "secret" not in raised.value.detail

    def test_older_postgres_is_refused(self, database: Database, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(db, "OLDEST_POSTGRES", 99)
        with pytest.raises(DatabaseUnavailable, match=r"Postgres \d+: OnRecord needs 99 or newer"):
            query(database.url, "SELECT 1")

    def test_oldest_postgres_takes_the_migrations(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        oldest = embedded._BINARIES.parents[1] / "pginstall" / "bin"
        monkeypatch.setattr(embedded, "_BINARIES", oldest)
        embedded._run(
            "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", data=tmp_path
        )
        address = f"postgresql://postgres@/postgres?host={embedded._start(tmp_path)}"
        try:
            with open_database(Settings(database_url=address)) as database:
                migrate(database)
                assert query(address, "SELECT current_setting('server_version_num')::int / 10000") == [
                    (db.OLDEST_POSTGRES,)
                ]
                alembic(command.downgrade, database, "base")
        finally:
            embedded._stop(tmp_path)


@pytest.fixture
async def narrow_engine(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncEngine]:
    """One connection, for which nobody waits, with a temporary table and little time for a statement."""
    monkeypatch.setattr(db, "_POOL_TIMEOUT_S", 0)
    engine = replace(database, pool_size=1, statement_timeout_ms=50).create_async_engine()
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TEMP TABLE kept (name text)"))
    yield engine
    await engine.dispose()


@pytest.fixture
def narrow(narrow_engine: AsyncEngine) -> Sessions:
    return Sessions.of_engine(narrow_engine)


async def fail_after_writing(sessions: Sessions) -> None:
    async with sessions.writing() as session:
        await session.execute(text("INSERT INTO kept VALUES ('half')"))
        raise ZeroDivisionError


async def ask(sessions: Sessions, kind: str, sql: str) -> object:
    async with getattr(sessions, kind)() as session:
        return await session.scalar(text(sql))


class TestSessions:
    async def test_what_is_written_is_kept_unless_there_is_an_error(self, narrow: Sessions):
        await ask(narrow, "writing", "INSERT INTO kept VALUES ('whole') RETURNING 1")
        with pytest.raises(ZeroDivisionError):
            await fail_after_writing(narrow)
        assert await ask(narrow, "reading", "SELECT string_agg(name, ' ') FROM kept") == "whole"

    async def test_what_reads_cannot_write(self, narrow: Sessions):
        with pytest.raises(InternalError, match="read-only"):
            await ask(narrow, "reading", "CREATE TABLE kept_for_good ()")

    async def test_statements_of_one_reading_see_one_moment(self, narrow: Sessions):
        assert await ask(narrow, "reading", "SHOW transaction_isolation") == "repeatable read"

    @pytest.mark.parametrize("kind", ["reading", "writing"])
    async def test_long_statement_is_ended(self, narrow: Sessions, kind: str):
        with pytest.raises(DatabaseUnavailable, match="too long"):
            await ask(narrow, kind, "SELECT pg_sleep(60)")

    async def test_time_limit_does_not_stay_with_the_connection(self, narrow: Sessions, narrow_engine: AsyncEngine):
        assert await ask(narrow, "writing", "SHOW statement_timeout") == "50ms"
        async with narrow_engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            assert await connection.scalar(text("SHOW statement_timeout")) == "0"

    async def test_lost_connection_is_made_anew(self, narrow: Sessions, database: Database):
        process = await ask(narrow, "reading", "SELECT pg_backend_pid()")
        query(database.url, f"SELECT pg_terminate_backend({process}, 5000)")
        assert await ask(narrow, "reading", "SELECT pg_backend_pid()") != process

    async def test_want_of_connections_is_told(self, narrow: Sessions):
        async with narrow.reading() as session:
            await session.execute(text("SELECT 1"))
            with pytest.raises(DatabaseUnavailable, match="busy"):
                await ask(narrow, "writing", "SELECT 1")


class TestFixtures:
    """What other tests rely on."""

    async def test_a_test_sees_what_it_commits(self, sessions: Sessions):
        async with sessions.writing() as session:
            await session.execute(text("CREATE TABLE passing (name text)"))
            await session.execute(text("INSERT INTO passing VALUES ('here')"))
        async with sessions.reading() as session:
            assert await session.scalar(text("SELECT name FROM passing")) == "here"

    async def test_the_next_one_does_not(self, sessions: Sessions):
        async with sessions.reading() as session:
            assert await session.scalar(text("SELECT to_regclass('passing')")) is None

    async def test_statements_are_counted_without_the_fixtures_own(self, sessions: Sessions, statements: list[str]):
        async with sessions.writing() as session:
            await session.execute(text("SELECT 1"))
        async with sessions.reading() as session:
            await session.execute(text("SELECT 2"))
        assert statements == ["SELECT 1", "SELECT 2"]


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    """A database without any tables, on the tests' server."""
    with _scratch(database) as scratch:
        yield scratch


@contextmanager
def _scratch(database: Database) -> Iterator[Database]:
    name = f"scratch_{uuid4().hex}"
    with database.create_engine().execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield replace(database, url=database.url.set(database=name))
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


CATALOGUE = {
    "columns": """
        SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
            pg_get_expr(adbin, adrelid), col_description(attrelid, attnum)
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
            AND relname <> 'alembic_version'""",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> coalesce(to_regclass('alembic_version'), 0)""",
    "indexes": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'""",
    "functions": """
        SELECT proname, pg_get_functiondef(oid), NULL FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
}


def describe(engine: Engine, *kinds: str) -> dict[str, set[tuple[object, ...]]]:
    """What Postgres itself says that is there."""
    with engine.begin() as connection:
        return {kind: {tuple(row) for row in connection.execute(text(CATALOGUE[kind]))} for kind in kinds or CATALOGUE}


def alembic(verb: Callable[[Config, str], None], database: Database, revision: str) -> None:
    config = migration_config()
    with database.create_engine().begin() as connection:
        config.attributes["connection"] = connection
        verb(config, revision)


def _without_the_queue(described: dict[str, set[tuple[object, ...]]]) -> dict[str, set[tuple[object, ...]]]:
    return {kind: {row for row in rows if not str(row[0]).startswith("procrastinate_")} for kind, rows in described.items()}


async def fill(database: Database) -> None:
    """Put articles on record, one of which names two together, and make those two one."""
    engine = database.create_async_engine()
    sessions = Sessions.of_engine(engine)
    words = "News\nTom and Eva Holm agreed."
    place = (Mention(Span(5, 21), "name"),)
    both = (Speaker("s1", "Tom Holm", "person", mentions=place), Speaker("s2", "Eva Holm", "person", mentions=place))
    async with sessions.writing() as session:
        for ending, on in (("", None), ("\nagain", "2024-03")):
            await store_harbour(session, ending=ending, on=on)
        await store(session, Article(words), Document(words), Extraction(both, (), (), (), ()))
        ids = {row.slug: row.id for row in await session.execute(select(speakers.c.slug, speakers.c.id))}
        await merge_speakers(session, ids["tom-holm"], [ids["eva-holm"]])
    await engine.dispose()


def counted(database: Database) -> dict[str, int]:
    names = ("articles", "quotes", "weapon_facts", "appearances", "mentions")
    return {name: int(str(query(database.url, f"SELECT count(*) FROM {name}")[0][0])) for name in names}


class TestMigrations:
    def test_they_go_up_and_down_and_up_again(self, empty: Database):
        engine = empty.create_engine()
        alembic(command.upgrade, empty, "head")
        first = describe(engine)
        alembic(command.downgrade, empty, "base")
        assert describe(engine) == {kind: set() for kind in CATALOGUE}
        alembic(command.upgrade, empty, "head")
        assert describe(engine) == first
        assert first["triggers"]

    def test_what_is_on_record_goes_down_and_up_with_them(self, empty: Database):
        alembic(command.upgrade, empty, "head")
        asyncio.run(fill(empty))
        before = counted(empty)
        assert query(empty.url, "SELECT count(*) FROM procrastinate_jobs") == [(0,)]
        alembic(command.downgrade, empty, "0001")
        alembic(command.upgrade, empty, "head")
        # What waited to be read again, of which there was no list then, is the first job's to find.
        assert query(empty.url, "SELECT task_name, status::text FROM procrastinate_jobs") == [("refresh", "todo")]
        # Of two in an article who were made one, one is left, and an address that led to another is gone.
        assert counted(empty) == {name: n - (name in ("appearances", "mentions")) for name, n in before.items()}
        blocks = "SELECT count(*) FROM personas WHERE (block IS NULL) <> (article_id IS NOT NULL)"
        assert query(empty.url, blocks) == [(0,)]
        days = "SELECT on_first::text, on_last::text FROM weapon_facts ORDER BY 1"
        assert query(empty.url, days) == [("2024-03-01", "2024-03-31"), ("2024-05-07", "2024-05-07")]

    def test_they_make_the_tables_that_the_models_describe(self, empty: Database, database: Database):
        metadata.create_all(empty.create_engine())
        kinds = ("columns", "constraints", "indexes")
        made, described = (_without_the_queue(describe(each.create_engine(), *kinds)) for each in (database, empty))
        assert made == described

    def test_the_queue_has_the_schema_of_its_package(self):
        # Another release with another schema brings a delta, which has to become a migration of its own.
        frozen = (MIGRATIONS / "versions" / "0003_procrastinate.sql").read_text(encoding="utf-8")
        assert frozen.endswith(SchemaManager.get_schema())

    def test_alembic_finds_them_and_nothing_to_add(self, database: Database):
        address = database.url.render_as_string(hide_password=False)
        done = subprocess.run(
            [sys.executable, "-m", "alembic", "check"],
            cwd=MIGRATIONS.parent,
            env=os.environ | {"DATABASE_URL": address},
            capture_output=True,
            text=True,
        )
        assert "No new upgrade operations detected" in done.stdout, done.stdout + done.stderr

    def test_starters_may_migrate_together(self, empty: Database):
        address = empty.url.render_as_string(hide_password=False)
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        with (
            empty.create_engine().connect() as connection,
            running(MIGRATOR, address) as one,
            running(MIGRATOR, address) as two,
        ):
            connection.execute(text(f"SELECT pg_advisory_lock({db._MIGRATION_LOCK})"))
            while connection.scalar(waiting) != 2:
                assert one.poll() is two.poll() is None
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
            leave(one)
            leave(two)
        assert describe(empty.create_engine())["columns"]

    def test_nothing_is_done_when_all_is_done(self, database: Database, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.delattr(command, "upgrade")
        migrate(database)

    def test_schema_of_a_newer_version_is_left_alone(self, empty: Database):
        migrate(empty)
        query(empty.url, "UPDATE alembic_version SET version_num = 'future'")
        with pytest.raises(DatabaseUnavailable, match=r"newer OnRecord \(migration future\)"):
            migrate(empty)

    def test_a_failure_changes_nothing(self, empty: Database):
        query(empty.url, "CREATE TABLE topics (of_another_program int)")
        before = describe(empty.create_engine())
        with pytest.raises(Exception, match="topics"):
            migrate(empty)
        assert describe(empty.create_engine()) == before
