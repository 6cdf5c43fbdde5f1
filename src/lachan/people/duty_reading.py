"""Reading duty lists: one's own unit's, and who answers now anywhere in the province."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connections
from django.db.models import Q, QuerySet

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import Duty, DutyNote
from lachan.places.models import Organisation
from lachan.places.selectors import today_of

#: Notes shown below the one to read; older ones stay on record.
NOTES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class DutyUnit:
    """Whose duty list: an organisation, else a commune, else a province's CDC."""

    province: int
    commune: int | None = None
    organisation: UUID | None = None

    @property
    def columns(self) -> dict[str, object]:
        """The columns by which a row is this unit's."""
        return {
            "organisation": self.organisation,
            "commune": self.commune,
            "province": self.province,
        }


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who answers now; `label` is the kind of duty in words."""

    kind: str
    label: str
    name: str
    phone: str
    until: datetime


def duty_unit_of(by: Principal) -> DutyUnit | None:
    """The unit an account works at; None for the nation, the worker and a citizen."""
    if by.organisation is not None:
        body = Organisation.objects.filter(pk=by.organisation).first()
        if body is None or body.province is None:
            return None
        return DutyUnit(body.province, body.commune, body.id)
    if by.commune is not None:
        try:
            return DutyUnit(today_of(by.commune).province, by.commune)
        except Refused:
            return None
    return None if by.province is None else DutyUnit(by.province)


def duties_of(unit: DutyUnit, since: datetime) -> QuerySet[Duty]:
    """The unit's shifts that end after `since`, the running first."""
    rows = Duty.objects.filter(_only(unit), withdrawn_at=None, until__gt=since)
    return rows.order_by("since", "kind", "id")


def duty_of(unit: DutyUnit, duty: UUID) -> Duty | None:
    """One shift of the unit, withdrawn or not."""
    return Duty.objects.filter(_only(unit), pk=duty).first()


def known_names(unit: DutyUnit) -> list[tuple[str, str]]:
    """(name, phone) of whoever stood in the unit's list before: they are typed once."""
    rows = Duty.objects.filter(_only(unit)).order_by("name", "-since").distinct("name")
    return list(rows.values_list("name", "phone")[:NOTES_AT_MOST])


def notes_of(unit: DutyUnit) -> list[DutyNote]:
    """What shifts of the unit left, newest first."""
    return list(DutyNote.objects.filter(_only(unit)).order_by("-left_at")[:NOTES_AT_MOST])


def unread_notes(unit: DutyUnit) -> QuerySet[DutyNote]:
    """Notes that nobody has read yet, newest first."""
    return DutyNote.objects.filter(_only(unit), read_at=None).order_by("-left_at")


def _only(unit: DutyUnit) -> Q:
    found = Q(province=unit.province)
    for name, value in (("organisation", unit.organisation), ("commune", unit.commune)):
        found &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
    return found


def on_duty_in(
    province: int, communes: Iterable[int], at: datetime | None = None
) -> Mapping[int | None, list[OnDuty]]:
    """Who answers at these communes, and under None at the province's CDC; officers first.

    Any account that works in the province may ask; from elsewhere only the CDC's own duty is told,
    so that the two CDCs of a hand-over reach each other.
    """
    labels = {kind.value: str(kind.label) for kind in Duty.Kind}
    order = list(labels)
    found: dict[int | None, list[OnDuty]] = defaultdict(list)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select commune, kind, name, phone, until from core.on_duty(%s, %s, %s)",
            [province, list(communes), at or now()],
        )
        for commune, kind, *rest in cursor.fetchall():
            found[commune].append(OnDuty(kind, labels[kind], *rest))
    for rows in found.values():
        rows.sort(key=lambda row: (order.index(row.kind), row.until))
    return found


def on_duty(commune: int | None, province: int, at: datetime | None = None) -> list[OnDuty]:
    """Who answers at a commune now, or at the province's CDC when `commune` is None."""
    asked = [] if commune is None else [commune]
    return on_duty_in(province, asked, at).get(commune, [])
