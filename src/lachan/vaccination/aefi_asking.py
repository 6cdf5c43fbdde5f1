"""People are asked how they are after an injection, at the hours of the rule.

Whoever entered the dose is the approver of the message, as with a released result.
"""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db.models import Exists, OuterRef

from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.notices import services as notices
from lachan.rulebook.selectors import ReactionRule, reaction_rule
from lachan.vaccination.models import Dose, FollowUp, Source

#: Doses asked about in one transaction; the next round takes the rest.
AT_ONCE = 200

#: After an installation stood still, nobody is asked about the day before yesterday.
LATE = timedelta(days=1)


def ask(*, by: Principal) -> int:
    """Ask those whose hour has come; give how many.  The worker's."""
    at = now()
    asked = 0
    for disease in _diseases(at):
        rule = reaction_rule(disease, at)
        asked += sum(_ask(disease, rule, hours, at, by) for hours in rule.follow_hours)
    return asked


def _diseases(at: datetime) -> list[str]:
    rows = Dose.objects.filter(given_at__gt=at - timedelta(days=60))
    return list(rows.order_by("disease").values_list("disease", flat=True).distinct())


def _ask(disease: str, rule: ReactionRule, hours: int, at: datetime, by: Principal) -> int:
    until = at - timedelta(hours=hours)
    there = FollowUp.objects.filter(dose=OuterRef("pk"), hours=hours)
    rows = list(
        Dose.objects.filter(
            ~Exists(there),
            disease=disease,
            given_at__gt=until - LATE,
            given_at__lte=until,
            source__in=[Source.SITE, Source.PAPER],
            reversed_by=None,
        )
        .select_related("person")
        .order_by("given_at")[:AT_ONCE]
    )
    for dose in rows:
        if not dose.person.excluded:
            notices.send_as_decided(
                person=dose.person,
                kind="after_dose",
                values={"reference": reference_of(dose)},
                reason=uuid5(NAMESPACE_URL, f"after_dose:{dose.id}:{hours}"),
                decided_by=dose.entered_by,
                by=by,
            )
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                dose=dose,
                person_id=dose.person_id,
                hours=hours,
                at=at,
                commune=dose.person.commune,
                province=dose.person.province,
            )
            for dose in rows
        ]
    )
    return len(rows)


def reference_of(dose: Dose) -> str:
    """What a dose is called in a message; it says nothing of person or vaccine."""
    return f"TC-{dose.id.hex[-8:].upper()}"


def hours_asked(dose: Dose, rule: ReactionRule, at: datetime) -> int | None:
    """Which of the follow-ups an answer of this moment belongs to, None before the first."""
    past = [hours for hours in rule.follow_hours if dose.given_at + timedelta(hours=hours) <= at]
    return max(past, default=None)
