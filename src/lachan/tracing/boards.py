"""Reading for the board and the outbreaks: what nobody has taken, and what belongs together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Case as Switch
from django.db.models import Count, F, Max, Min, Q, QuerySet, When
from django.db.models.functions import Coalesce

from lachan.core.clock import day_of, now
from lachan.core.scope import Principal
from lachan.people.selectors import OnDuty, on_duty_in
from lachan.places.selectors import unit_name
from lachan.rulebook.selectors import stage_rule
from lachan.tracing.models import Case, Contact, Handover, HandoverReceipt, Outbreak

#: A case is late when nobody took it in this share of the hours that the rulebook gives for its
#: interview.  Source: our own choice, to be confirmed by the provincial CDC.
TAKE_SHARE = 0.25

#: What the board may show; "" is everything.
SHOWS = ("", "open", "mine")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the officer filtered by; empty values filter nothing."""

    show: str = ""
    status: str = ""
    commune: int | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One case of the board, with who answers at its commune now (else at the CDC)."""

    case: Case
    commune: str
    minutes: int
    late: bool
    waiting: int
    duty: OnDuty | None


def cases_of_board(wanted: Wanted, by: Principal) -> QuerySet[Case]:
    """Cases this account may see: those nobody has taken first, the longest waiting on top."""
    cases = Case.objects.exclude(status=Case.Status.WITHDRAWN).annotate(
        released=Coalesce("released_at", "opened_at")
    )
    if wanted.show == "open":
        cases = cases.filter(taken_by=None)
    elif wanted.show == "mine":
        cases = cases.filter(taken_by=by.account)
    if wanted.status:
        cases = cases.filter(status=wanted.status)
    if wanted.commune is not None:
        cases = cases.filter(commune=wanted.commune)
    waited = When(taken_by=None, then="released")
    first = Switch(waited, default=None).asc(nulls_last=True)
    return cases.order_by(first, "-opened_at", "id")


def board_rows(cases: Iterable[Case]) -> list[BoardRow]:
    """The rows of one page; the duty lists of its communes are asked once per province."""
    found = list(cases)
    duty = first_on_duty((case.province, case.commune) for case in found)
    waiting = _waiting(found)
    at = now()
    patience = {
        (disease, province): _patience(disease, province)
        for disease, province in {(case.disease, case.province) for case in found}
    }
    rows = []
    for case in found:
        since = case.released_at or case.opened_at
        waited = at - since
        rows.append(
            BoardRow(
                case=case,
                commune=unit_name(case.commune),
                minutes=max(0, int(waited.total_seconds()) // 60),
                late=case.taken_by is None and waited > patience[case.disease, case.province],
                waiting=waiting.get(case.id, 0),
                duty=duty.get(case.commune),
            )
        )
    return rows


def _patience(disease: str, province: int) -> timedelta:
    hours = stage_rule(disease, now(), province=province).hours.get("interview")
    return timedelta.max if hours is None else timedelta(hours=hours) * TAKE_SHARE


def _waiting(cases: list[Case]) -> dict[UUID, int]:
    """How many people each case of the page has to verify."""
    rows = Contact.objects.filter(case__in=cases, state=Contact.State.TO_VERIFY).order_by()
    return dict(rows.values_list("case").annotate(n=Count("id")))


def first_on_duty(units: Iterable[tuple[int, int]]) -> dict[int, OnDuty]:
    """The first to call at each (province, commune): its own officer, else its province's CDC's."""
    communes: dict[int, set[int]] = defaultdict(set)
    for province, commune in units:
        communes[province].add(commune)
    found: dict[int, OnDuty] = {}
    for province, wanted in communes.items():
        duty = on_duty_in(province, wanted)
        for commune in wanted:
            for who in (duty.get(commune) or duty.get(None) or [])[:1]:
                found[commune] = who
    return found


def board_counts(by: Principal) -> Mapping[str, int]:
    """How many cases each view of the board has."""
    cases = Case.objects.exclude(status=Case.Status.WITHDRAWN)
    sums = cases.aggregate(
        all=Count("id"),
        open=Count("id", filter=Q(taken_by=None)),
        mine=Count("id", filter=Q(taken_by=by.account)),
    )
    return {"": sums["all"], "open": sums["open"], "mine": sums["mine"]}


def board_communes() -> list[tuple[int, str]]:
    """The communes that have a case, by name."""
    cases = Case.objects.exclude(status=Case.Status.WITHDRAWN)
    ids = cases.order_by().values_list("commune", flat=True).distinct()
    return sorted(((each, unit_name(each)) for each in ids), key=lambda pair: pair[1])


@dataclass(frozen=True, slots=True)
class Receiver:
    """A unit that has not answered a hand-over yet, and whom to call there."""

    name: str
    people: int
    late: bool
    duty: OnDuty | None


def silent_receivers(case: Case) -> list[Receiver]:
    """Where hand-overs of this case wait for an answer, with who is on duty there (else at that
    province's CDC)."""
    rows = HandoverReceipt.objects.filter(contact__case=case, state=Handover.State.SENT)
    units = rows.order_by().values_list("to_province", "to_commune")
    counted = list(units.annotate(people=Count("handover"), due=Min("due_at")))
    duty = first_on_duty((province, commune) for province, commune, _people, _due in counted)
    found = [
        Receiver(unit_name(commune), people, due < now(), duty.get(commune))
        for _province, commune, people, due in counted
    ]
    return sorted(found, key=lambda row: (not row.late, row.name))


@dataclass(frozen=True, slots=True)
class Cluster:
    """An outbreak with what its cases say: first and last onset are theirs."""

    outbreak: Outbreak
    commune: str
    cases: int
    first: date | None
    last: date | None
    contacts: int

    @property
    def quiet_days(self) -> int | None:
        """Days since the last onset."""
        return None if self.last is None else (day_of(now()) - self.last).days


def outbreaks(*, closed: bool | None = None) -> QuerySet[Outbreak]:
    """Outbreaks this account may see, the open ones first."""
    rows = Outbreak.objects.all()
    if closed is not None:
        rows = rows.filter(closed_at__isnull=not closed)
    return rows.order_by(F("closed_at").asc(nulls_first=True), "-opened_at", "id")


def clusters(rows: Iterable[Outbreak]) -> list[Cluster]:
    """The outbreaks with their sums, in two statements however many they are."""
    found = list(rows)
    ids = [row.id for row in found]
    of_cases = {
        outbreak: (count, first, last)
        for outbreak, count, first, last in _live(Case.objects.filter(outbreak__in=ids))
        .order_by()
        .values_list("outbreak")
        .annotate(n=Count("id"), first=Min("onset"), last=Max("onset"))
    }
    none = (0, None, None)
    of_contacts = dict(
        Contact.objects.filter(case__outbreak__in=ids)
        .exclude(state=Contact.State.RULED_OUT)
        .order_by()
        .values_list("case__outbreak")
        .annotate(n=Count("person", distinct=True))
    )
    return [
        Cluster(
            outbreak=row,
            commune=unit_name(row.commune),
            cases=of_cases.get(row.id, none)[0],
            first=of_cases.get(row.id, none)[1],
            last=of_cases.get(row.id, none)[2],
            contacts=of_contacts.get(row.id, 0),
        )
        for row in found
    ]


def _live(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.exclude(status=Case.Status.WITHDRAWN)


def cases_of(outbreak: Outbreak) -> list[Case]:
    """Its cases by onset; those without one by their sample."""
    rows = list(_live(Case.objects.filter(outbreak=outbreak)))
    return sorted(rows, key=lambda case: (ill_on(case), case.number))


def ill_on(case: Case) -> date:
    """The day that stands for a case in a line of days: its onset, else its sample."""
    return case.onset or day_of(case.taken_at)


def daily_line(cases: Iterable[Case]) -> list[tuple[date, int]]:
    """Cases by day from the first to the last, days without a case too."""
    days = sorted(ill_on(case) for case in cases)
    if not days:
        return []
    span = (days[-1] - days[0]).days + 1
    line = [days[0] + timedelta(days=each) for each in range(span)]
    return [(day, days.count(day)) for day in line]


def outbreaks_for(case: Case) -> list[Outbreak]:
    """Open outbreaks of the same disease a case may be put in, those of its commune first."""
    rows = Outbreak.objects.filter(
        disease=case.disease, province=case.province, closed_at=None
    ).order_by("-opened_at")[:50]
    return sorted(rows, key=lambda row: row.commune != case.commune)


def candidates(outbreak: Outbreak) -> list[Case]:
    """Cases of the disease that belong to no outbreak yet, newest first."""
    rows = Case.objects.filter(disease=outbreak.disease, outbreak=None, province=outbreak.province)
    return list(_live(rows).order_by("-opened_at")[:50])
