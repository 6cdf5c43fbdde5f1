"""`lachan.sh` and the lists of packages."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.config.installations import ROOT


def _script(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", str(ROOT / "lachan.sh"), *words],
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _copy_of_the_script(folder: Path) -> Path:
    """The script in a tree without `.venv`."""
    copy = folder / "lachan.sh"
    copy.write_bytes((ROOT / "lachan.sh").read_bytes())
    return copy


def _python(folder: Path, name: str, answer: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{answer}\n")
    (folder / name).chmod(0o755)


def _run_with_only(folder: Path) -> "subprocess.CompletedProcess[str]":
    """`lachan.sh run` on a machine whose programs are those of `folder`."""
    (folder / "dirname").symlink_to("/usr/bin/dirname")
    return subprocess.run(
        ["/bin/sh", str(_copy_of_the_script(folder)), "run"],
        env={"PATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_says_that_python_is_missing(tmp_path: Path) -> None:
    _python(tmp_path, "python3", "exit 1")
    done = _run_with_only(tmp_path)
    assert done.returncode == 20
    assert done.stderr == (
        "lachan: Python 3.11 or newer is missing: install it (Debian, Ubuntu:"
        " `sudo apt install python3 python3-venv`), or name it with PYTHON=/path.\n"
    )


def test_it_says_which_package_gives_venv(tmp_path: Path) -> None:
    _python(
        tmp_path,
        "python3",
        'case "$*" in *ensurepip*) exit 1;; *print*) echo 3.11;; *) exit 0;; esac',
    )
    done = _run_with_only(tmp_path)
    assert done.returncode == 21
    assert done.stderr == (
        "lachan: python3 cannot make a virtual environment: install its package (Debian, Ubuntu:"
        " `sudo apt install python3.11-venv`) and start again.\n"
    )


def test_it_says_how_it_is_used() -> None:
    assert _script("help").returncode == 0
    wrong = _script("dance")
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("usage: ./lachan.sh COMMAND")


LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-cluster.lock"]


def _locked(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_it_locks_every_package_with_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert "--index" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries)


def test_it_locks_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extra = project["optional-dependencies"]["dev"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", [*project["dependencies"], *extra]),
    ):
        text = (ROOT / lock).read_text("utf-8")
        locked = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
        names = {re.split(r"[\[=<>~!; ]", line)[0].lower() for line in wanted}
        assert names <= locked


def test_it_locks_the_cluster_apart_from_what_is_installed_as_wheels() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = project["optional-dependencies"]["cluster"]
    cluster, others = _locked("requirements-cluster.lock"), _locked("requirements-dev.lock")

    assert {re.split(r"[=<>]", line)[0] for line in wanted} <= set(cluster)
    assert "pyspark" not in others
    assert not set(cluster) & set(_locked("requirements.lock"))
    assert {name: others.get(name, version) for name, version in cluster.items()} == cluster
