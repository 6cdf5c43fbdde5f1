"""Vaccination is told by the rooms' own services: who acts, when, and what a site's device sends.

Elsewhere the story's rows are copied; here each act has rules of its own (books that balance, an
order that anybody can repeat), so that the cast does it, at the hour at which it happened.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from lachan.config.story.filing import Files
from lachan.core import clock
from lachan.core.carrying import carrying_point
from lachan.core.models import Installation
from lachan.core.roles import Role
from lachan.core.scope import (
    Principal,
    close_session,
    forget_system_session,
    open_session,
    scoped,
)
from lachan.core.signing import signing_key
from lachan.credentials.bundles import seal_bundle
from lachan.credentials.tokens import issue
from lachan.rulebook.selectors import ScreeningRule
from lachan.vaccination.models import Session
from lachan.vaccination.site_carried import SITES
from lachan.vaccination.site_devices import enrol_device

#: How long a code on somebody's phone is good; at a table it was read at once.
CODE_LASTS = timedelta(minutes=15)


class Stage:
    """The clock and the cast.  `midnight`: of the local day at which the demo stands."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.stands = files.at(files.clock)
        local = self.stands.astimezone(clock.OFFSET)
        self.midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        self._entered: list[str] = []

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """A local time, days from the demo's own: yesterday is -1."""
        return self.midnight + timedelta(days=day, hours=hour, minutes=minute)

    def wind(self, at: datetime) -> None:
        """It is `at`: for this process and for the database, until the story is told."""
        offset = at - datetime.now(UTC)
        Installation.objects.filter(id=1).update(wound=offset)
        clock.wind(offset)
        forget_system_session()

    def enter(self, slug: str) -> Principal:
        """A member of the cast begins to work, as at the door, which sees no account yet."""
        files = self.files
        row = files.world.account_of[slug]
        # As the membership has it: the narrowest territory goes before the organisation.
        commune = None if row.commune is None else files.commune(row.commune)
        above = None if row.province is None or commune else files.province(row.province)
        own = None if row.organisation is None else files.organisation(row.organisation)
        made = open_session(
            account=files.account(slug),
            name=row.name,
            roles=frozenset({Role(row.role)}),
            person=None if row.person is None else files.person(row.person),
            organisation=None if commune or above or row.national else own,
            commune=commune,
            province=above,
            national=row.national,
        )
        self._entered.append(made.secret)
        return made

    def organisation(self, slug: str) -> UUID:
        """For whom a member of the cast works."""
        body = self.files.world.account_of[slug].organisation
        assert body is not None, f"{slug} works for somebody"
        return self.files.organisation(body)

    def end(self) -> None:
        """The clock stands where the demo begins, and nobody of the telling is signed in."""
        self.wind(self.stands)
        for secret in self._entered:
            close_session(secret)


@dataclass
class Teller:
    """A device of a site and what it has told, in its own order."""

    stage: Stage
    session: Session
    rule: ScreeningRule
    product: str
    lot: str
    by: Principal
    token: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with scoped(self.by, "vaccination"):
            _device, self.token = enrol_device(label="Máy của điểm tiêm", by=self.by)

    def receives(self, person: int, number: int, at: datetime) -> None:
        """At the reception, by the code of the list."""
        self._tell("reception", person, at, number=number, listed=True, identity="match")

    def screens(self, person: int, at: datetime, **facts: Any) -> str:
        """At the doctor's table: every question is answered; what it comes to."""
        sex = {"F": "female", "M": "male"}[self.stage.files.world.people[person].sex]
        answers = {one.code: "no" for one in self.rule.asked_of(sex)}
        measured: dict[str, Any] = {"temperature": 36.6, "pulse": 78}
        for name, value in facts.items():
            (answers if isinstance(value, str) else measured)[name] = value
        said = {**answers, **measured, "vaccine": self.product}
        outcome = self.rule.screen(said, sex=sex).outcome
        self._tell(
            "screened",
            person,
            at,
            answers=answers,
            measured=measured,
            outcome=outcome,
            rule=str(self.rule.rule),
            version=self.rule.version,
            consent=True,
            vaccine=self.product,
            sex=sex,
        )
        return outcome

    def injects(self, person: int, at: datetime) -> None:
        """At the injection table."""
        told = {"product": self.product, "lot": self.lot, "arm": "left", "elsewhere": "no"}
        self._tell("injected", person, at, by=self.by.name, **told)

    def sends_home(self, person: int, at: datetime) -> None:
        """Well after the observation."""
        self._tell("observed", person, at, state="well")
        self._tell("discharged", person, at, next_on="")

    def leaves(self, person: int, at: datetime, why: str) -> None:
        """Went before the injection."""
        self._tell("left", person, at, why=why)

    def carries_home(self) -> None:
        """What it told is given in as a file, as from a site without a network."""
        parts = [{"token": self.token, "events": self.events}]
        text = seal_bundle(carrying_point(), json.dumps({"kind": "site", "parts": parts}).encode())
        with scoped(self.by, "vaccination"):
            SITES.take_in(name="diem-tiem.lachan", text=text.encode(), by=self.by)

    def _tell(self, kind: str, person: int, at: datetime, **told: Any) -> None:
        world = self.stage.files.world
        number = len(self.events) + 1
        pseudonym = world.trace_id(person).bytes
        expires_at = int((at + CODE_LASTS).timestamp())
        event = {
            "id": str(self._id(number)),
            "kind": kind,
            "counter": number,
            "at": at.isoformat(),
            "device_at": at.isoformat(),
            "offset_ms": 0,
            "offline": True,
            "session": str(self.session.id),
            "table": 1,
            "code": issue(signing_key(), kind="person", pseudonym=pseudonym, expires_at=expires_at),
            "told": told,
        }
        self.events.append(event)

    def _id(self, number: int) -> UUID:
        return self.stage.files.world.uuid(f"site event {self.session.name}", number)
