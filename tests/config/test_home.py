"""The data folder: private, whole, and clear about why it cannot be used."""

import os
import pwd
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lachan.config.home import SOCKET_PATH_LIMIT, Home, HomeRefused, locked


@contextmanager
def ordinary_user() -> Iterator[str]:
    """Be an ordinary user for a while, by the kernel's own rules, also when tests run as root."""
    if os.geteuid() != 0:
        yield pwd.getpwuid(os.geteuid()).pw_name
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield "nobody"
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that anybody may reach and write (pytest's own are private)."""
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    inside = tmp_path / "open"
    inside.mkdir()
    inside.chmod(0o777)
    return inside


def _refusal(home: Home) -> tuple[str, str]:
    with pytest.raises(HomeRefused) as refused:
        home.create()
    return refused.value.code, refused.value.message


def test_it_is_private_and_keeps_its_secrets(tmp_path: Path) -> None:
    home = Home(tmp_path / "a" / "var").create()
    assert home.path.stat().st_mode & 0o777 == 0o700
    assert home.secrets_file.stat().st_mode & 0o777 == 0o600
    before = home.secrets()
    assert home.create().secrets() == before
    assert {len(key) for key in before.key_encryption_keys.values()} == {32}
    assert len(set(before.passwords.values())) == 5


def test_it_finds_a_short_socket_folder_for_a_deep_data_folder(tmp_path: Path) -> None:
    deep = Home(tmp_path / ("x" * 90) / "var").create()
    assert len(os.fsencode(deep.socket / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
    assert deep.socket.stat().st_mode & 0o777 == 0o700
    assert deep.socket != Home(tmp_path / ("x" * 90) / "other").socket
    deep.socket.rmdir()


def test_it_says_that_a_folder_cannot_be_written(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir()
    closed.chmod(0o555)
    with ordinary_user() as me:
        code, message = _refusal(Home(closed / "var"))
    assert code == "folder_not_writable"
    assert message == (
        f"The data folder {closed / 'var'} cannot be written by {me}:"
        " choose another folder with LACHAN_HOME, or change its owner."
    )


def test_it_says_that_root_made_the_folder(open_folder: Path) -> None:
    made_by_root = Home("/root")
    if os.geteuid() == 0:
        made_by_root = Home(open_folder / "var").create()
    with ordinary_user() as me:
        code, message = _refusal(made_by_root)
    assert code == "folder_of_another_user"
    assert message == (
        f"The folder {made_by_root.path} belongs to root and you are {me}: run `sudo chown -R {me}"
        f" {made_by_root.path}`, or choose another data folder with LACHAN_HOME."
    )


def test_it_says_that_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    assert _refusal(Home(tmp_path / "var"))[0] == "folder_not_writable"


def test_it_says_that_the_secrets_are_damaged(tmp_path: Path) -> None:
    home = Home(tmp_path / "var").create()
    home.secrets_file.write_text("{")
    code, message = _refusal(home)
    assert code == "secrets_damaged"
    assert str(home.secrets_file) in message


def test_it_keeps_the_keys_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_KEYS", str(tmp_path / "keys"))
    home = Home(tmp_path / "var").create()
    assert home.secrets_file == tmp_path / "keys" / "secrets.json"
    assert home.keys_are_outside
    monkeypatch.setenv("LACHAN_KEYS", str(tmp_path / "var" / "keys"))
    assert not home.keys_are_outside


def test_it_belongs_to_one_process_at_a_time(tmp_path: Path) -> None:
    home = Home(tmp_path / "var").create()
    with locked(home, "the first"), pytest.raises(HomeRefused) as refused, locked(home, "second"):
        raise AssertionError("a second holder got in")
    assert refused.value.code == "already_running"
    assert f"process {os.getpid()}, the first" in refused.value.message
    with locked(home, "a later one"):
        assert "a later one" in home.lock.read_text()
