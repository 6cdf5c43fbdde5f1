"""Daily follow-up: a link a day, a report a day, and a task for the station when none comes.

A human decided the whole follow-up when he advised self-monitoring; its daily messages rest on that
decision.  People of one telephone get one link: a person is a row of the day, not a telephone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from lachan.core import audit
from lachan.core.clock import OFFSET, day_of, now, today
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret, new_link_code
from lachan.declarations.daily import is_danger
from lachan.declarations.models import DailyReport, FollowUp, FollowUpDay, TriageTask
from lachan.declarations.triage_reading import report_answers
from lachan.notices import services as notices
from lachan.people.selectors import PersonCard, cards_of, on_duty_in
from lachan.places.selectors import organisation_name, station_of, unit_label
from lachan.rulebook.selectors import TriageRule, triage_rule

#: Follow-ups asked in one transaction; the next round takes the rest.
AT_ONCE = 500

#: Path of the page a daily message leads to; the secret follows.
PATH = "/h/"


def begin(task: TriageTask, *, site: str, by: Principal) -> FollowUp:
    """From tomorrow on the person reports each day; a running follow-up goes on until then."""
    rule = triage_rule(now(), province=task.province)
    last = today() + timedelta(days=rule.follow_days)
    running = FollowUp.objects.select_for_update().filter(person=task.person_id, ended_at=None)
    row = running.first()
    if row is not None:
        row.last_day = max(row.last_day, last)
        row.save(update_fields=["last_day"])
    else:
        row = FollowUp(
            person_id=task.person_id,
            task=task,
            first_day=today() + timedelta(days=1),
            last_day=last,
            rule=rule.rule,
            rule_version=rule.version,
            site=site,
            decided_at=now(),
            decided_by=by.account,
            decided_by_name=by.name,
            commune=task.commune,
            province=task.province,
        )
        row.save(force_insert=True)
    detail = {"last_day": row.last_day.isoformat()}
    audit.record("follow_up.decided", target=("follow_up", row.id), by=by, detail=detail)
    return row


def end(person: UUID, *, reason: FollowUp.Ended, by: Principal) -> None:
    """A running follow-up of this person ends now; its open links with it."""
    row = FollowUp.objects.select_for_update().filter(person=person, ended_at=None).first()
    if row is not None:
        _end(row, reason, by)


def _end(row: FollowUp, reason: FollowUp.Ended, by: Principal) -> None:
    row.ended_at, row.ended_for = now(), reason
    row.save(update_fields=["ended_at", "ended_for"])
    audit.record(
        "follow_up.ended", target=("follow_up", row.id), by=by, detail={"for": reason.value}
    )


def end_over(*, by: Principal) -> int:
    """End what is over, once the last day's link has expired; give how many."""
    rows = list(
        FollowUp.objects.select_for_update(skip_locked=True)
        .filter(ended_at=None, last_day__lt=today())
        .exclude(days__expires_at__gt=now())[:AT_ONCE]
    )
    for row in rows:
        _end(row, FollowUp.Ended.OVER, by)
    return len(rows)


def ask_today(*, by: Principal) -> int:
    """Send today's question to everybody who has not got it; give how many were asked."""
    rows = list(
        FollowUp.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .filter(ended_at=None, first_day__lte=today(), last_day__gte=today())
        .exclude(days__day=today())
        .order_by("id")[:AT_ONCE]
    )
    rules = {row.person.province: _rule(row.person.province) for row in rows}
    hour = now().astimezone(OFFSET).hour
    due = [row for row in rows if hour >= rules[row.person.province].ask_hour]
    cards = cards_of([row.person_id for row in due])
    by_phone: dict[str, list[FollowUp]] = defaultdict(list)
    for row in due:
        _stay_with(row)
        card = cards[row.person_id]
        if not card.erased:
            # Who has no telephone is alone with a key of his own.
            by_phone[card.phone or str(row.id)].append(row)
    for sharing in by_phone.values():
        _ask(sharing, cards, rules, by)
    return len(due)


def _rule(province: int) -> TriageRule:
    return triage_rule(now(), province=province)


def _stay_with(row: FollowUp) -> None:
    """The follow-up is the station's where the person stays now."""
    where = (row.person.commune, row.person.province)
    if (row.commune, row.province) != where:
        row.commune, row.province = where
        row.save(update_fields=["commune", "province"])


def _ask(
    sharing: Sequence[FollowUp],
    cards: dict[UUID, PersonCard],
    rules: dict[int, TriageRule],
    by: Principal,
) -> None:
    reached = bool(cards[sharing[0].person_id].phone)
    code = new_link_code()
    names = shown_as([cards[row.person_id] for row in sharing])
    days = [
        _day(row, name, rules[row.person.province], hash_secret(code) if reached else None)
        for row, name in zip(sharing, names, strict=True)
    ]
    FollowUpDay.objects.bulk_create(days)
    if not reached:
        return
    for row, day in zip(sharing, days, strict=True):
        notices.send_as_decided(
            person=row.person,
            kind="daily_report",
            values={
                "reference": day.shown_as,
                "unit": days[0].unit,
                "link": f"{sharing[0].site}{PATH}{code}",
                "until": max(each.expires_at for each in days).isoformat(),
            },
            reason=day.id,
            decided_by=row.decided_by,
            by=by,
        )


def _day(row: FollowUp, name: str, rule: TriageRule, code: bytes | None) -> FollowUpDay:
    asked_at = now()
    station = station_of(row.commune)
    duty = on_duty_in(row.province, [row.commune]).get(row.commune, [])
    # The link lives until the next one comes, and the last one as long as any.
    next_asked = datetime.combine(today() + timedelta(days=1), time(rule.ask_hour), OFFSET)
    due_at = asked_at + timedelta(hours=rule.report_hours)
    return FollowUpDay(
        follow_up=row,
        person=row.person,
        day=today(),
        shown_as=name,
        unit=organisation_name(station) if station else unit_label(row.commune),
        phone=duty[0].phone if duty else "",
        code_sha256=code,
        asked_at=asked_at,
        due_at=due_at,
        expires_at=max(due_at, next_asked),
        commune=row.commune,
        province=row.province,
    )


def shown_as(cards: Iterable[PersonCard]) -> list[str]:
    """`M. 1990`: initial of the given name and year, told apart where two are alike."""
    found: list[str] = []
    for card in cards:
        initial = card.name.split()[-1][:1].upper() if card.name else "?"
        name = f"{initial}. {card.birth_year}" if card.birth_year else f"{initial}."
        alike = sum(known.partition(" (")[0] == name for known in found)
        found.append(f"{name} ({alike + 1})" if alike else name)
    return found


def missed_today(*, by: Principal) -> list[FollowUpDay]:
    """Days whose report did not come in time, marked so; the caller puts them on the list."""
    rows = list(
        FollowUpDay.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .filter(reported_at=None, missed_at=None, due_at__lt=now(), follow_up__ended_at=None)
        .order_by("due_at")[:AT_ONCE]
    )
    for row in rows:
        row.missed_at = now()
    FollowUpDay.objects.bulk_update(rows, ["missed_at"])
    return rows


def reports_with_danger(*, by: Principal) -> list[DailyReport]:
    """Open what came in, and give the reports with a danger sign."""
    rows = list(
        DailyReport.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("person")
        .filter(worked_at=None)
        .order_by("at")[:AT_ONCE]
    )
    for row in rows:
        rule = triage_rule(row.at, province=row.person.province)
        row.danger = is_danger(report_answers(row), rule)
        row.worked_at = now()
    DailyReport.objects.bulk_update(rows, ["danger", "worked_at"])
    return [row for row in rows if row.danger]


def day_number(follow_up: FollowUp, day: date) -> int:
    """Which day of the follow-up that is, from 1."""
    return (day - follow_up.first_day).days + 1


def is_running(follow_up: FollowUp) -> bool:
    """Whether it still asks."""
    return follow_up.ended_at is None and follow_up.last_day >= day_of(now())
