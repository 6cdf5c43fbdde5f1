"""Make `.venv` complete: `python3 -I environment.py run|test|cluster`.

It needs the standard library alone.  `lachan.sh` calls it with the machine's Python before any
package is there.  What is complete is not touched, so a second start is quick and needs no network.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

#: What each command needs installed.
LOCKS = {
    "run": ROOT / "requirements.lock",
    "test": ROOT / "requirements-dev.lock",
    "cluster": ROOT / "requirements-cluster.lock",
}

#: Comes as source only, and is packed by the setuptools of the same lock.
FROM_SOURCE = "pyspark"

#: Exit status when the set-up cannot be finished.
NOT_SET_UP = 22


class SetUpFailed(Exception):
    """One sentence that says what to do."""


def main(arguments: list[str]) -> int:
    """Set up for a command; 0, or one sentence and `NOT_SET_UP`."""
    purpose = arguments[0]
    try:
        _make_environment(purpose)
        _make_files()
    except SetUpFailed as failed:
        sys.stderr.write(f"lachan: {failed}\n")
        return NOT_SET_UP
    except OSError as error:
        sys.stderr.write(
            f"lachan: {ROOT} cannot be set up ({error.strerror}: {error.filename}):"
            " check the folder's owner and the free space, then start again.\n"
        )
        return NOT_SET_UP
    return 0


def _make_environment(purpose: str) -> None:
    stamp = VENV / f".lachan-{purpose}"
    wanted = _stamp_of(LOCKS[purpose])
    if PYTHON.exists() and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return
    if not _is_sound():
        _say("Making .venv.")
        shutil.rmtree(VENV, ignore_errors=True)
        _run("make .venv", [sys.executable, "-m", "venv", str(VENV)])
    lock = LOCKS[purpose]
    count = sum(line[:1].isalnum() for line in lock.read_text("utf-8").splitlines())
    _say(f"Installing the {count} Python packages of {lock.name} (a minute or two the first time).")
    _install(lock)
    _link_package()
    stamp.write_text(wanted, "utf-8")


def _install(lock: Path) -> None:
    """Install a lock: wheels first, then what is built with them and no other download."""
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))
    source = [entry for entry in entries if entry.startswith(f"{FROM_SOURCE}==")]
    wheels = [entry for entry in entries if entry not in source]
    _pip("download the packages", wheels, "--only-binary", ":all:")
    if source:
        _pip(f"build {FROM_SOURCE}", source, "--no-build-isolation")


def _pip(what: str, entries: list[str], *words: str) -> None:
    wanted = VENV / "wanted.txt"
    wanted.write_text("\n".join(entries) + "\n", "utf-8")
    _run(
        what,
        [
            *(str(PYTHON), "-m", "pip", "install", "--quiet", "--no-input"),
            *("--disable-pip-version-check", "--no-deps", "--require-hashes"),
            *(*words, "-r", str(wanted)),
        ],
    )
    wanted.unlink()


def _stamp_of(lock: Path) -> str:
    """Names everything the environment is made from; another text means: make it again."""
    digest = hashlib.sha256(lock.read_bytes())
    digest.update(f"{sys.version_info[:2]} {ROOT}".encode())
    return digest.hexdigest()


def _is_sound() -> bool:
    """Whether the environment's Python runs, has pip, and is of the version we were called with."""
    if not PYTHON.exists():
        return False
    probe = "import pip, sys; print(*sys.version_info[:2])"
    done = subprocess.run([str(PYTHON), "-c", probe], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.split() == [str(n) for n in sys.version_info[:2]]


def _link_package() -> None:
    """Put `src` on the environment's path: our own package needs no build and no network."""
    version = f"python{sysconfig.get_python_version()}"
    folder = VENV / "lib" / version / "site-packages"
    (folder / "lachan.pth").write_text(f"{ROOT / 'src'}\n", "utf-8")
    command = VENV / "bin" / "lachan"
    command.write_text(f'#!/bin/sh\nexec "{PYTHON}" -m lachan "$@"\n', "utf-8")
    command.chmod(0o755)


def _make_files() -> None:
    """Front-end packages and compiled translations; both do nothing when nothing changed."""
    _run("install the front-end files", [str(PYTHON), "-m", "lachan.config.frontend"])
    _run("compile the translations", [str(PYTHON), "-m", "lachan.config.translations", "compile"])


def _run(what: str, command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return
    # pip tells the reason on lines that begin so; the rest is advice.
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("ERROR:", "Error:"))]
    reason = (errors or lines or ["no reason given"])[-1]
    raise SetUpFailed(
        f"It was not possible to {what} ({reason}):"
        " check the network and the free space, then start again."
    )


def _say(sentence: str) -> None:
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
