"""The data folder: where an installation keeps its database, logs and keys.

Nothing here needs Django or a database, so the supervisor, the settings and the tests share it.
"""

import base64
import errno
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: The database roles, each with a generated password; `postgres` is the server's superuser.
ROLES = ("postgres", "lachan_owner", "lachan_app", "lachan_gate", "lachan_door")

#: Longest path of a Unix socket in bytes (Linux sun_path is 108 with its closing zero; unix(7)).
SOCKET_PATH_LIMIT = 107

#: The name PostgreSQL gives its socket for the port number 5432.
SOCKET_NAME = ".s.PGSQL.5432"

#: An empty cluster takes 40 MB and its write-ahead log grows at once: below this we do not begin.
SMALLEST_FREE_BYTES = 150 * 1024 * 1024


class HomeRefused(Exception):
    """The installation cannot be used as it stands; `message` is one sentence saying what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Secrets:
    """What `secrets.json` holds.  Keys are 32 random bytes under their version number."""

    passwords: dict[str, str]
    django_secret_key: str
    key_encryption_keys: dict[int, bytes]
    blind_index_keys: dict[int, bytes]

    def to_json(self) -> str:
        """The file's text; bytes as base64, versions as text."""
        return json.dumps(
            {
                "passwords": self.passwords,
                "django_secret_key": self.django_secret_key,
                "key_encryption_keys": _encoded(self.key_encryption_keys),
                "blind_index_keys": _encoded(self.blind_index_keys),
            },
            indent=2,
        )

    @classmethod
    def from_json(cls, text: str) -> "Secrets":
        """Read back what `to_json` wrote; KeyError or ValueError when it is something else."""
        raw = json.loads(text)
        return cls(
            passwords=dict(raw["passwords"]),
            django_secret_key=raw["django_secret_key"],
            key_encryption_keys=_decoded(raw["key_encryption_keys"]),
            blind_index_keys=_decoded(raw["blind_index_keys"]),
        )

    @classmethod
    def fresh(cls) -> "Secrets":
        """New random secrets for a new installation."""
        return cls(
            passwords={role: secrets.token_urlsafe(24) for role in ROLES},
            django_secret_key=secrets.token_urlsafe(48),
            key_encryption_keys={1: secrets.token_bytes(32)},
            blind_index_keys={1: secrets.token_bytes(32)},
        )


def _encoded(keys: dict[int, bytes]) -> dict[str, str]:
    return {str(version): base64.b64encode(key).decode() for version, key in keys.items()}


def _decoded(keys: dict[str, str]) -> dict[int, bytes]:
    return {int(version): base64.b64decode(key) for version, key in keys.items()}


class Home:
    """One data folder.  Making the object touches nothing; `create` makes what is missing."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).expanduser().absolute()

    @classmethod
    def default(cls) -> "Home":
        """`LACHAN_HOME`, or `var/` beside the project (in the working folder once installed)."""
        chosen = os.environ.get("LACHAN_HOME")
        if chosen:
            return cls(chosen)
        project = Path(__file__).resolve().parents[3]
        beside = project if (project / "pyproject.toml").exists() else Path.cwd()
        return cls(beside / "var")

    @property
    def postgres(self) -> Path:
        """The cluster of the embedded server."""
        return self.path / "postgres"

    @property
    def log(self) -> Path:
        """One log file per process."""
        return self.path / "log"

    @property
    def engine(self) -> Path:
        """The tracing index, a cache that can be rebuilt."""
        return self.path / "engine"

    @property
    def static(self) -> Path:
        """Static files with their hashes, collected for production."""
        return self.path / "static"

    @property
    def lock(self) -> Path:
        """Locked by the supervisor that uses the folder; holds its process id and address."""
        return self.path / "lachan.lock"

    @property
    def keys(self) -> Path:
        """Where secrets live: `LACHAN_KEYS`, or the data folder itself."""
        chosen = os.environ.get("LACHAN_KEYS")
        return Path(chosen).expanduser().absolute() if chosen else self.path

    @property
    def secrets_file(self) -> Path:
        """Passwords and keys, readable by the owner alone."""
        return self.keys / "secrets.json"

    @property
    def signing(self) -> Path:
        """ES256 signing keys, one PEM file per key id."""
        return self.keys / "signing"

    @property
    def carrying(self) -> Path:
        """Keys to which gates seal the files that are carried to us, one PEM file per key."""
        return self.keys / "carrying"

    @property
    def keys_are_outside(self) -> bool:
        """True when a copy of the data folder would not carry the keys with it."""
        return not self.keys.resolve().is_relative_to(self.path.resolve())

    @property
    def socket(self) -> Path:
        """The folder of the database's socket: short enough for the kernel, always our own."""
        near = self.path / "run"
        if len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return near
        digest = hashlib.sha256(os.fsencode(self.path)).hexdigest()[:16]
        base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        far = Path(base) / f"lachan-{os.geteuid()}-{digest}"
        if len(os.fsencode(far / SOCKET_NAME)) > SOCKET_PATH_LIMIT:
            far = Path("/tmp") / far.name
        return far

    def create(self) -> "Home":
        """Make the folder and its parts (0700) and the secrets (0600); repeating changes nothing.

        Raises HomeRefused when the folder cannot be used.
        """
        with refusing(self.path):
            self._refuse_strangers()
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._refuse_unwritable()
            self._refuse_full_disk()
            for folder in (
                *(self.log, self.engine, self.static),
                *(self.keys, self.signing, self.carrying, self.socket),
            ):
                self._own_folder(folder)
            if not self.secrets_file.exists():
                write_private(self.secrets_file, Secrets.fresh().to_json())
            self.secrets()
        return self

    def secrets(self) -> Secrets:
        """The secrets of this installation; HomeRefused when the file is absent or damaged."""
        try:
            return Secrets.from_json(self.secrets_file.read_text("utf-8"))
        except FileNotFoundError:
            raise HomeRefused(
                "secrets_missing",
                f"There are no keys at {self.secrets_file}: start with `lachan up`,"
                " or put back the file from your backup.",
            ) from None
        except PermissionError:
            raise HomeRefused(
                "folder_of_another_user",
                f"The keys at {self.secrets_file} cannot be read by {_user_name(os.geteuid())}:"
                " start as the user who made them, or choose another folder with LACHAN_HOME.",
            ) from None
        except (KeyError, ValueError):
            raise HomeRefused(
                "secrets_damaged",
                f"The keys at {self.secrets_file} cannot be read: put back the file"
                " from your backup.",
            ) from None

    def _own_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._refuse_stranger(folder, folder)

    def _refuse_strangers(self) -> None:
        """A folder made by root (or anybody else) is not half-used: its parts would not open."""
        if not self.path.exists():
            return
        here = self.path.stat()
        # Others cannot look into a private folder, so its own owner is all we learn of it.
        if os.geteuid() not in (0, here.st_uid) and not here.st_mode & 0o077:
            self._refuse_stranger(self.path, self.path)
        for part in (self.log, self.engine, self.postgres, self.path / "run", self.lock):
            if part.exists():
                self._refuse_stranger(part, self.path)
        if self.secrets_file.exists():
            self._refuse_stranger(self.secrets_file, self.keys)

    def _refuse_stranger(self, part: Path, whole: Path) -> None:
        owner, me = part.stat().st_uid, os.geteuid()
        if owner == me or owner in _service_uids():
            return
        remedy = (
            f"run Lá Chắn as {_user_name(owner)}"
            if me == 0
            else f"run `sudo chown -R {_user_name(me)} {whole}`"
        )
        raise HomeRefused(
            "folder_of_another_user",
            f"The folder {part} belongs to {_user_name(owner)} and you are {_user_name(me)}:"
            f" {remedy}, or choose another data folder with LACHAN_HOME.",
        )

    def _refuse_unwritable(self) -> None:
        if not self.path.is_dir() or not os.access(
            self.path, os.W_OK | os.X_OK, effective_ids=True
        ):
            raise PermissionError(errno.EACCES, "not writable", str(self.path))

    def _refuse_full_disk(self) -> None:
        if not self.postgres.exists() and shutil.disk_usage(self.path).free < SMALLEST_FREE_BYTES:
            raise OSError(errno.ENOSPC, "full", str(self.path))


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Turn what the file system answers into one sentence about `path`."""
    try:
        yield
    except (PermissionError, NotADirectoryError, FileExistsError):
        raise HomeRefused(
            "folder_not_writable",
            f"The data folder {path} cannot be written by {_user_name(os.geteuid())}:"
            " choose another folder with LACHAN_HOME, or change its owner.",
        ) from None
    except OSError as error:
        if error.errno == errno.EROFS:
            raise HomeRefused(
                "folder_not_writable",
                f"The data folder {path} is on a read-only disk:"
                " choose another folder with LACHAN_HOME.",
            ) from None
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise HomeRefused(
            "disk_full",
            f"The disk of {path} is full: free at least {SMALLEST_FREE_BYTES >> 20} MB,"
            " or choose another folder with LACHAN_HOME.",
        ) from None


def write_private(path: Path, text: str) -> None:
    """Write a file readable by its owner alone, whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextmanager
def locked(home: Home, note: str) -> Iterator[None]:
    """Hold the folder for this process; HomeRefused `already_running` when another one has it.

    The kernel drops the lock when the process ends, however it ends.
    """
    with refusing(home.path):
        file = open(home.lock, "a+", encoding="utf-8")  # noqa: SIM115  closed below
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise HomeRefused(
                "already_running",
                f"Lá Chắn already runs on {home.path} ({file.read().strip() or 'just starting'}):"
                " use that one, stop it with `lachan down`,"
                " or choose another folder with LACHAN_HOME.",
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, {note}\n")
        file.flush()
        yield


def holder(home: Home) -> int | None:
    """The process id of the supervisor that holds the folder, or None."""
    try:
        file = open(home.lock, "r+", encoding="utf-8")  # noqa: SIM115  closed below
    except OSError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            words = file.read().replace(",", " ").split()
            return int(words[1]) if len(words) > 1 and words[1].isdigit() else None
    return None


def _service_uids() -> set[int]:
    """Whom root may have given the socket to when user namespaces are shut (see postgres.py)."""
    if os.geteuid() != 0:
        return set()
    try:
        return {pwd.getpwnam("nobody").pw_uid}
    except KeyError:
        return set()


def _user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
