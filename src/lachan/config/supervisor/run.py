"""Bring everything up, keep it up, and take it down in order."""

import http.client
import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from types import FrameType

from lachan.config.database import prepare
from lachan.config.dsn import conninfo_of
from lachan.config.home import Home, HomeRefused, locked
from lachan.config.postgres import Postgres
from lachan.config.supervisor.child import Child
from lachan.config.supervisor.options import (
    HERE,
    Options,
    free_port,
    refuse_busy_port,
    refuse_unsafe,
)

Say = Callable[[str], None]

#: Seconds between two looks at the children.
GLANCE = 0.1

#: Seconds web and worker get to end; the database gets the rest of the promised ten.
FAREWELL = 3.0

#: Seconds until a first page must be served, and ends of the web we watch until then.
FIRST_PAGE, FIRST_TRIES = 90.0, 3


#: Seconds between tries to start a database that ended by itself.
REVIVALS = (0.5, 1.0, 2.0, 4.0)


class Stopped(Exception):
    """A signal came while things were still being prepared."""


class Supervisor:
    """One `lachan up`."""

    def __init__(self, home: Home, options: Options, say: Say) -> None:
        self.home = home
        self.options = options
        self.say = say
        self.stop = threading.Event()
        self.postgres = Postgres(home)
        self.children: list[Child] = []

    def run(self) -> None:
        """Serve until a signal comes.  Raises HomeRefused when it cannot begin."""
        refuse_unsafe(self.options, self.home)
        refuse_busy_port(self.options)
        self.home.create()
        with locked(self.home, self.options.url):
            self._listen_to_signals()
            try:
                self._bring_up()
                self._keep_up()
            except Stopped:
                pass
            finally:
                self._take_down()

    def _bring_up(self) -> None:
        started = self.postgres.start()
        self.say("Database: " + ("started." if started else "it was still running; taken over."))
        self._prepare()
        self._furnish()
        self.children = self._make_children()
        for child in self.children:
            child.begin()
        self._wait_for_first_page()
        self._greet()

    def _keep_up(self) -> None:
        while not self.stop.wait(GLANCE):
            for child in self.children:
                sentence = child.look()
                if sentence:
                    self.say(sentence)
            if not self.postgres.is_alive():
                self._revive()

    def _revive(self) -> None:
        """Start a database that ended by itself; what was acknowledged is recovered from its log.

        The first tries may meet the last of its own processes, which end within a moment.
        """
        self.say(f"The database ended; it starts again; see {self.home.log / 'postgres.log'}.")
        for pause in REVIVALS:
            try:
                self.postgres.start()
            except HomeRefused:
                if self.stop.wait(pause):
                    raise Stopped from None
            else:
                self.say("Database: started.")
                return
        self.postgres.start()

    def _take_down(self) -> None:
        deadline = time.monotonic() + FAREWELL
        for child in self.children:
            child.tell_to_stop()
        for child in self.children:
            child.make_sure(deadline)
        self.postgres.stop()
        self.say("Everything is stopped.")

    # -- before serving ------------------------------------------------------------------------

    def _prepare(self) -> None:
        maintenance = "postgres"
        prepare(self.postgres.dsn("postgres", maintenance), self.home.secrets())
        self._refuse_if_stopped()

    def _furnish(self) -> None:
        """Migrate and load; then the story, where there is nothing yet and nothing is real."""
        said = self._as_owner("migration_failed", "lachan.config.supervisor.furnish")
        kind = str(json.loads(said.strip().splitlines()[-1])["kind"])
        if self.options.production:
            self._refuse_demo(kind)
            return
        if kind == "production":
            raise HomeRefused(
                "demo_refuses_production",
                f"The database of {self.home.path} is a production: start it with --production,"
                " or choose another folder with LACHAN_HOME.",
            )
        if kind == "empty" and find_spec("lachan.config.commands.story"):
            self.say("The database is empty: telling the demo story.")
            self._as_owner("story_failed", "lachan", "story")

    def _refuse_demo(self, kind: str) -> None:
        if kind == "demo":
            raise HomeRefused(
                "production_refuses_demo",
                f"The database of {self.home.path} is a demo and never becomes a production:"
                " choose an empty folder with LACHAN_HOME.",
            )
        import psycopg

        with psycopg.connect(conninfo_of("owner"), autocommit=True) as owner:
            owner.execute("update core_installation set kind = 'production' where kind = 'empty'")

    def _as_owner(self, code: str, module: str, *arguments: str) -> str:
        """What a module run as the owner says on standard output."""
        environment = self._environment() | {"LACHAN_DSN_OWNER": conninfo_of("owner")}
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        while True:
            try:
                out, err = process.communicate(timeout=GLANCE)
                break
            except subprocess.TimeoutExpired:
                if self.stop.is_set():
                    process.kill()
                    process.communicate()
                    raise Stopped from None
        if process.returncode:
            log = self.home.log / "prepare.log"
            log.write_text(err, "utf-8")
            said = [line for line in err.splitlines() if line.strip()] or ["no reason given"]
            raise HomeRefused(
                code, f"The database cannot be prepared ({said[-1].strip()}): see {log}."
            )
        return out

    def _refuse_if_stopped(self) -> None:
        if self.stop.is_set():
            raise Stopped

    # -- serving -------------------------------------------------------------------------------

    def _make_children(self) -> list[Child]:
        environment = self._environment()
        gateway = [] if "LACHAN_GATEWAY_URL" in environment else [self._sandbox(environment)]
        web = ["lachan.config.supervisor.web", self.options.address, str(self.options.port)]
        # The worker makes partitions, seals and feeds the engine; the web never has this.
        as_worker = environment | {"LACHAN_DSN_OWNER": conninfo_of("owner")}
        return [
            self._child("web", web, environment),
            self._child("worker", ["lachan.config.worker"], as_worker),
            *gateway,
            *self._lab_lines(environment),
        ]

    def _lab_lines(self, environment: dict[str, str]) -> list[Child]:
        """A process for each line of LACHAN_LAB_LISTEN: the words of `lachan lab listen`."""
        bound = ["lachan.config.supervisor.bond", "lachan", "lab", "listen"]
        lines = [line for line in environment.get("LACHAN_LAB_LISTEN", "").splitlines() if line]
        return [
            self._child(f"lab-{number}", [*bound, *shlex.split(line)], environment)
            for number, line in enumerate(lines, start=1)
        ]

    def _sandbox(self, environment: dict[str, str]) -> Child:
        """The demo's gateway, on a port that no other installation uses."""
        port = str(free_port())
        environment["LACHAN_GATEWAY_URL"] = f"http://{HERE}:{port}"
        words = ["lachan.config.supervisor.bond", "lachan", "gateway", "--port", port]
        return self._child("gateway", words, dict(environment))

    def _child(self, name: str, words: list[str], environment: Mapping[str, str]) -> Child:
        command = [sys.executable, "-m", *words]
        return Child(name, command, environment, self.home.log / f"{name}.log")

    def _environment(self) -> dict[str, str]:
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("LACHAN_DSN_OWNER", "LACHAN_DATABASE_URL"))
        }
        environment |= {
            "LACHAN_HOME": str(self.home.path),
            "LACHAN_HOST": self.options.host if self.options.production else "",
            "DJANGO_SETTINGS_MODULE": "lachan.config.settings",
            "PYTHONUNBUFFERED": "1",
        }
        for role in ("app", "door", "gate"):
            environment[f"LACHAN_DSN_{role.upper()}"] = conninfo_of(role)
        return environment

    def _wait_for_first_page(self) -> None:
        web = self.children[0]
        deadline = time.monotonic() + FIRST_PAGE
        ends = 0
        while not self._serves():
            self._refuse_if_stopped()
            sentence = web.look()
            ends += bool(sentence)
            if ends >= FIRST_TRIES or time.monotonic() > deadline:
                raise HomeRefused(
                    "web_does_not_start",
                    f"The web does not start ({web.last_line()}): see {web.log}.",
                )
            time.sleep(GLANCE)

    def _serves(self) -> bool:
        """Whether a request is answered, with whatever page."""
        address = "127.0.0.1" if self.options.address == "0.0.0.0" else self.options.address
        connection = http.client.HTTPConnection(address, self.options.port, timeout=20)
        try:
            connection.request("GET", "/", headers={"Host": self.options.host or "localhost"})
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    def _greet(self) -> None:
        self.say(f"Lá Chắn: {self.options.url}")
        if not self.options.production:
            self._introduce()
        self.say("Stop with Ctrl-C.")

    def _introduce(self) -> None:
        """Who can sign in as what."""
        self.say(f"Sign in at {self.options.url}/sign-in/ as one of these; nobody here is real:")
        done = subprocess.run(
            [sys.executable, "-m", "lachan.config.supervisor.introduce"],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        # Not being able to name the cast is no reason not to serve: the page shows it too.
        self.say(done.stdout.rstrip() or "  (the page says who)")

    # -- signals -------------------------------------------------------------------------------

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self.stop.set()
