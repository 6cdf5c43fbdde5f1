"""The server and its roles, on a server of this module's own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from lachan.config.database import SERVING, prepare
from lachan.config.dsn import dsn_of
from lachan.config.home import Home, HomeRefused
from lachan.config.postgres import Postgres


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    home = Home(tmp_path_factory.mktemp("server") / "var").create()
    server = Postgres(home, {"fsync": "off"})
    assert server.start()
    prepare(server.dsn(dbname="postgres"), home.secrets())
    yield server
    assert server.stop()
    assert server.status() == "stopped"


def test_it_is_the_server_that_already_runs(server: Postgres) -> None:
    again = Postgres(server.home)
    assert not again.start()
    assert again.pid() == server.pid()
    assert again.status() == "running"


def test_it_listens_on_no_network_and_sorts_alike_everywhere(server: Postgres) -> None:
    with server.connect("lachan") as admin:
        assert admin.execute("show listen_addresses").fetchone() == ("",)
        assert admin.execute("show synchronous_commit").fetchone() == ("on",)
        found = admin.execute(
            "select datlocprovider, datlocale from pg_database where datname = 'lachan'"
        ).fetchone()
    assert found == ("b", "C.UTF-8")


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize(
    "statement",
    [
        "create table mine (a int)",
        "create table core.mine (a int)",
        "create temporary table mine (a int)",
        "create schema mine",
        "create role mine",
        "set role lachan_owner",
        "set session authorization lachan_owner",
    ],
)
def test_it_lets_no_serving_role_make_or_become_anything(
    server: Postgres, role: str, statement: str
) -> None:
    with (
        psycopg.connect(server.dsn(role), autocommit=True) as served,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        served.execute(statement)


def test_it_takes_new_passwords_and_keeps_what_is_there(server: Postgres) -> None:
    with psycopg.connect(server.dsn("lachan_owner"), autocommit=True) as owner:
        owner.execute("create table kept (a int)")
    secrets = server.home.secrets()
    other = replace(secrets, passwords=secrets.passwords | {"lachan_app": "it's {new}"})
    prepare(server.dsn(dbname="postgres"), other)
    with psycopg.connect(server.dsn("lachan_app"), password="it's {new}") as app:
        assert app.execute("select to_regclass('kept') is not null").fetchone() == (True,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.dsn("lachan_app"))
    prepare(server.dsn(dbname="postgres"), secrets)
    psycopg.connect(server.dsn("lachan_app")).close()


def test_it_refuses_a_role_that_may_do_too_much(server: Postgres) -> None:
    with server.connect() as admin:
        admin.execute("alter role lachan_app bypassrls")
        try:
            with pytest.raises(HomeRefused) as refused:
                prepare(server.dsn(dbname="postgres"), server.home.secrets())
        finally:
            admin.execute("alter role lachan_app nobypassrls")
    assert refused.value.code == "role_too_strong"
    assert "ALTER ROLE lachan_app NOSUPERUSER" in refused.value.message


def test_it_says_that_the_keys_are_of_another_database(server: Postgres) -> None:
    text = server.home.secrets_file.read_text()
    secrets = server.home.secrets()
    server.home.secrets_file.write_text(
        replace(secrets, passwords=secrets.passwords | {"postgres": "other"}).to_json()
    )
    try:
        with pytest.raises(HomeRefused) as refused:
            Postgres(server.home).start()
    finally:
        server.home.secrets_file.write_text(text)
    assert refused.value.code == "secrets_of_another_database"


def test_it_says_that_the_binaries_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_PG_BIN", str(tmp_path))
    with pytest.raises(HomeRefused) as refused:
        Postgres(Home(tmp_path / "var").create()).start()
    assert refused.value.code == "database_binaries_missing"


def test_it_says_that_a_named_server_does_not_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_DATABASE_URL", f"postgresql:///lachan?host={tmp_path}")
    with pytest.raises(HomeRefused) as refused:
        Postgres(Home(tmp_path / "var").create()).start()
    assert refused.value.code == "database_does_not_answer"


def test_it_works_on_a_named_server_and_neither_starts_nor_stops_it(
    server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LACHAN_DATABASE_URL", server.dsn(dbname="postgres"))
    home = Home(tmp_path / "var").create()
    named = Postgres(home)
    assert not named.start()
    assert named.status() == "external"
    assert not named.stop()
    assert not home.postgres.exists()
    monkeypatch.delenv("LACHAN_DATABASE_URL")
    assert Postgres(server.home).status() == "running"


def test_it_gives_django_what_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "LACHAN_DSN_GATE", "postgresql://one:word@db.example:6543/two?sslmode=require"
    )
    assert dsn_of("gate") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "two",
        "USER": "one",
        "PASSWORD": "word",
        "HOST": "db.example",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "require"},
    }
