"""Packages from npm: named files, their hashes, no address of a registry."""

import json
import shutil
from pathlib import Path

import pytest

from lachan.config import frontend

ROOT = Path(__file__).parents[2]
MANIFEST = {
    "files": [
        {"source": "a/a.js", "target": "a/a.js", "sha256": frontend.digest(b"let a")},
    ],
    "also": [],
    "icons": {"x": frontend.digest(b'<svg viewBox="0"><path d="M0 0"/></svg>')},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small repository whose packages are already installed."""
    (tmp_path / frontend.MANIFEST).parent.mkdir(parents=True)
    (tmp_path / frontend.MANIFEST).write_text(json.dumps(MANIFEST))
    (tmp_path / "node_modules/a").mkdir(parents=True)
    (tmp_path / "node_modules/a/a.js").write_bytes(b"let a\n//# sourceMappingURL=a.js.map\n")
    icons = tmp_path / "node_modules" / frontend.ICONS
    icons.mkdir(parents=True)
    (icons / "x.svg").write_bytes(b'<svg viewBox="0"><path d="M0 0"/></svg>')
    return tmp_path


def test_it_copies_named_files_and_draws_the_sprite(root: Path) -> None:
    frontend.install(root)
    assert (root / frontend.VENDOR / "a/a.js").read_bytes() == b"let a"
    sprite = (root / frontend.VENDOR / "icons.svg").read_text()
    assert '<symbol id="x" viewBox="0 0 24 24"><path d="M0 0"/></symbol>' in sprite


def test_it_needs_neither_npm_nor_packages_when_all_is_there(root: Path) -> None:
    frontend.install(root)
    shutil.rmtree(root / "node_modules")
    before = (root / frontend.VENDOR / "icons.svg").stat().st_mtime_ns
    frontend.install(root)
    assert (root / frontend.VENDOR / "icons.svg").stat().st_mtime_ns == before


def test_it_refuses_a_file_that_is_not_the_named_one(root: Path) -> None:
    (root / "node_modules/a/a.js").write_bytes(b"let b")
    with pytest.raises(frontend.Unusable, match="SHA-256 is different"):
        frontend.install(root)
    assert not (root / frontend.VENDOR / "a/a.js").exists()


def test_it_puts_back_a_served_file_that_was_changed(root: Path) -> None:
    frontend.install(root)
    (root / frontend.VENDOR / "a/a.js").write_bytes(b"let b")
    frontend.install(root)
    assert (root / frontend.VENDOR / "a/a.js").read_bytes() == b"let a"


def test_it_finds_an_npm() -> None:
    assert Path(frontend.npm_command(ROOT)[0]).exists()


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_it_says_what_to_do_without_npm_and_without_a_network(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(root / "node_modules")
    (root / frontend.NODE_LOCK).write_text("nothing-of-this-name==0 --hash=sha256:00\n")
    monkeypatch.setenv("PATH", str(root))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(frontend.Unusable, match=r"Install Node\.js 20 or newer"):
        frontend.install(root)
