"""The week of a facility, commune or province: sessions, teams, doses and people held together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lachan.core.clock import OFFSET, day_of, now
from lachan.core.scope import Principal
from lachan.rulebook import selectors as rulebook
from lachan.vaccination import inviting, selectors
from lachan.vaccination import stock_reading as reading
from lachan.vaccination.models import (
    AllocationShare,
    Session,
    SessionPlan,
    StockLine,
    Store,
    Team,
    TeamMember,
)
from lachan.vaccination.navigation import INVITERS

#: Sessions of a week on one page; those whose line of people is counted.
MOST, COUNTED = 200, 30
DAYS = 7


@dataclass(slots=True)
class Planned:
    """A session of the week.  `room`: how many its slots take at the measured pace, None where no
    pace was measured; `due`: people of its commune to whom it could give something, None where one
    may not see them; doses: `needed`, `here` in hand for it and `coming` by decisions and on the
    way, after the sessions before it took theirs.  `warnings`: code and number."""

    session: Session
    plan: SessionPlan | None
    team: Team | None
    members: list[TeamMember] = field(default_factory=list)
    room: int | None = None
    due: int | None = None
    needed: int = 0
    here: int = 0
    coming: int = 0
    warnings: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday, each with its sessions."""

    monday: date
    days: list[tuple[date, list[Planned]]]
    more: bool

    @property
    def warned(self) -> int:
        """Sessions with something that is missing."""
        return sum(bool(one.warnings) for _day, rows in self.days for one in rows)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_of(by: Principal, monday: date) -> Week:
    """The week as the principal sees it: of the own facility, else of the commune or province."""
    start = datetime.combine(monday, time(), OFFSET)
    found = own_sessions(by).filter(
        starts_at__gte=start, starts_at__lt=start + timedelta(days=DAYS)
    )
    rows = list(found.select_related("planned__team").order_by("starts_at", "name")[: MOST + 1])
    planned = [_planned(one) for one in rows[:MOST]]
    _man(planned)
    _supply(planned)
    _fill(planned, by)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    by_day = [
        (day, [one for one in planned if day_of(one.session.starts_at) == day]) for day in days
    ]
    return Week(monday, by_day, len(rows) > MOST)


def own_sessions(by: Principal) -> QuerySet[Session]:
    """Sessions of the own facility, else of the own commune, province or nation."""
    if by.organisation is not None:
        return Session.objects.filter(organisation=by.organisation)
    if by.commune is not None:
        return Session.objects.filter(commune=by.commune)
    if by.province is not None:
        return Session.objects.filter(province=by.province)
    return Session.objects.all() if by.national else Session.objects.none()


def teams_of(organisation: UUID) -> QuerySet[Team]:
    """Teams of a facility that work, by name, with their people."""
    rows = Team.objects.filter(organisation=organisation, ended_at=None)
    return rows.prefetch_related("members").order_by("name")


def _planned(session: Session) -> Planned:
    plan: SessionPlan | None = getattr(session, "planned", None)
    return Planned(session, plan, plan.team if plan else None, needed=plan.people if plan else 0)


def _man(rows: Sequence[Planned]) -> None:
    """Who works where, and what is missing: a team, an observer, a hand at a table."""
    members = TeamMember.objects.filter(team__in=[one.team for one in rows if one.team])
    by_team: dict[UUID, list[TeamMember]] = {}
    for member in members.order_by("table", "work", "name"):
        by_team.setdefault(member.team_id, []).append(member)
    for one in rows:
        if _over(one.session):
            continue
        if one.team is None:
            one.warnings.append(("no_team", 0))
            continue
        one.members = by_team.get(one.team.id, [])
        works = [member.work for member in one.members]
        if TeamMember.Work.OBSERVATION not in works:
            one.warnings.append(("nobody_observes", 0))
        without = one.session.tables - works.count(TeamMember.Work.INJECTION)
        if without > 0:
            one.warnings.append(("tables_unmanned", without))
        if any(_clash(one, other) for other in rows):
            one.warnings.append(("team_twice", 0))


def _over(session: Session) -> bool:
    return session.state in {Session.State.CLOSED, Session.State.STOPPED}


def _clash(one: Planned, other: Planned) -> bool:
    """Whether two sessions ask for the same team at one time."""
    return (
        one is not other
        and one.team is not None
        and one.team == other.team
        and not _over(other.session)
        and one.session.starts_at < other.session.ends_at
        and other.session.starts_at < one.session.ends_at
    )


def _supply(rows: Sequence[Planned]) -> None:
    """Doses for each session: what its facility has and gets, less what sessions before it need."""
    pools: dict[UUID, _Pool] = {}
    for one in rows:
        if _over(one.session) or one.session.ends_at < now():
            continue
        unit = one.session.organisation
        pool = pools[unit] if unit in pools else pools.setdefault(unit, _Pool.of(unit))
        one.here, one.coming = pool.for_products(one.session.products)
        if one.plan is None:
            one.warnings.append(("no_plan", 0))
        elif one.here + one.coming < one.needed:
            one.warnings.append(("doses_short", one.needed - one.here - one.coming))
        elif one.here < one.needed:
            one.warnings.append(("doses_not_here", one.needed - one.here))
        pool.take(one.session.products, one.needed)


@dataclass(slots=True)
class _Pool:
    """Doses of a facility by product: in hand and usable, and those that are to come."""

    here: dict[str, int]
    coming: dict[str, int]

    @classmethod
    def of(cls, organisation: UUID) -> "_Pool":
        here: dict[str, int] = {}
        coming: dict[str, int] = {}
        at = now()
        stores = Store.objects.filter(organisation=organisation)
        for store in stores.filter(gives=True):
            for level in reading.levels(store, at, rulebook.vaccine_products(at)):
                if not (level.expired or level.barred or level.held):
                    product = level.lot.product
                    here[product] = here.get(product, 0) + level.left
            _add(coming, reading.shares_of(store), store)
            for move in reading.on_the_way(store):
                for line in move.lines.all():
                    if line.store_id == store.id and line.account == StockLine.Account.IN_TRANSIT:
                        coming[line.lot.product] = coming.get(line.lot.product, 0) + line.doses
        return cls(here, coming)

    def for_products(self, products: Iterable[str]) -> tuple[int, int]:
        return (
            sum(max(0, self.here.get(code, 0)) for code in products),
            sum(max(0, self.coming.get(code, 0)) for code in products),
        )

    def take(self, products: Sequence[str], doses: int) -> None:
        for pool in (self.here, self.coming):
            for code in products:
                part = min(doses, max(0, pool.get(code, 0)))
                pool[code] = pool.get(code, 0) - part
                doses -= part


def _add(
    coming: dict[str, int], shares: Iterable[tuple[AllocationShare, int]], store: Store
) -> None:
    """What decisions give the store and was not issued yet."""
    for share, sent in shares:
        if share.store_id == store.id:
            product = share.allocation.product
            coming[product] = coming.get(product, 0) + share.doses - sent


def _fill(rows: Sequence[Planned], by: Principal) -> None:
    """How many the slots take, and how many people are due: each commune's line is read once."""
    paces: dict[UUID, float | None] = {}
    known: dict[tuple[object, ...], int] = {}
    for one in rows:
        session = one.session
        if _over(session) or session.ends_at < now():
            continue
        if session.organisation not in paces:
            paces[session.organisation] = selectors.measured_pace(session.organisation)
        pace = paces[session.organisation]
        if pace:
            one.room = inviting.slots_of(session, pace * session.tables).room
            if one.needed > one.room:
                one.warnings.append(("slots_short", one.needed - one.room))
        if not by.has(*INVITERS) or (by.commune is None and by.province is None):
            continue
        key = (session.commune, *session.products, day_of(session.starts_at))
        if key not in known and len(known) < COUNTED:
            known[key] = len(inviting.due(inviting.waiting(session), session))
        one.due = known.get(key)
        if one.due is not None and one.plan is not None and one.due < one.needed:
            one.warnings.append(("few_due", one.needed - one.due))
