"""Tubes that a laboratory answered, made without a table: only what positivity reads of them."""

from datetime import timedelta
from uuid import UUID

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import system_scope
from lachan.people.models import Person
from lachan.people.services import Stay
from lachan.sampling.models import Release, Result, Sample, Tube, Withdrawal
from tests.factories import cast
from tests.factories.people import person


def people(count: int, commune: int = cast.HERE, province: int = cast.PROVINCE) -> list[Person]:
    """People who live in a commune."""
    stay = Stay(commune=commune, province=province, address="Ngõ 3, đường Chợ")
    return [person(f"Người Mẫu {number}", stay=stay) for number in range(count)]


def answered(
    members: list[Person],
    outcome: str | None,
    *,
    reason: str = "screening",
    limit: int | None = None,
    days_ago: float = 1,
    organisation: UUID | None = None,
    release: bool = True,
) -> Tube:
    """A tube with these people, entered and released; `outcome` None: not answered yet."""
    at = now() - timedelta(days=days_ago)
    with system_scope("test"):
        unit, laboratory = organisation or uuid7(), uuid7()
        tube = Tube.objects.create(
            barcode=f"PA-{uuid7().hex}",
            limit=limit or max(1, len(members)),
            organisation=unit,
            laboratory=laboratory,
            disease="covid-19",
            opened_at=at,
        )
        for who in members:
            Sample.objects.create(
                tube=tube,
                person=who,
                reason=reason,
                taken_at=at,
                organisation=unit,
                commune=who.commune,
                province=who.province,
            )
        if outcome is not None:
            let_out(tube, outcome, release=release)
    return tube


def let_out(
    tube: Tube, outcome: str, *, replaces: Result | None = None, release: bool = True
) -> Result:
    """A result of a tube, which may take the place of an earlier one."""
    with system_scope("test"):
        result = Result.objects.create(
            tube=tube,
            outcome=outcome,
            laboratory=tube.laboratory,
            entered_at=now(),
            entered_by=uuid7(),
            replaces=replaces,
        )
        if release:
            Release.objects.create(
                result=result, tube=tube, at=now(), by=uuid7(), laboratory=tube.laboratory
            )
    return result


def withdraw(tube: Tube) -> None:
    """The laboratory takes back what it released of a tube."""
    with system_scope("test"):
        result = Result.objects.get(tube=tube)
        Withdrawal.objects.create(
            result=result,
            tube=tube,
            reason="nhầm ống",
            at=now(),
            by=uuid7(),
            laboratory=tube.laboratory,
        )


def take_back(tube: Tube, number: int) -> None:
    """So many people were scanned into the tube by mistake, and taken out again."""
    with system_scope("test"):
        keys = list(Sample.objects.filter(tube=tube).order_by("id").values_list("id", flat=True))
    rows = Sample.objects.using("owner").filter(pk__in=keys[:number])
    rows.update(taken_back_at=now(), taken_back_by=uuid7())
