"""Writing which house a household lives in."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import today
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.people.models import HouseholdDwelling, HouseholdMember
from lachan.places.models import Dwelling


def settle_household(
    *, household: UUID, dwelling: Dwelling, by: Principal, since: date | None = None
) -> HouseholdDwelling:
    """The household lives in this house from a day on (default: today); the house before ends then.

    Refused: household_unknown, stay_before_last.
    """
    day = since or today()
    if not HouseholdMember.objects.filter(household=household, until=None).exists():
        raise Refused(
            "household_unknown",
            _("Nobody of this household is in your area. Enter its people first."),
            status=404,
        )
    last = HouseholdDwelling.objects.filter(household=household, until=None).first()
    if last is not None:
        if last.dwelling_id == dwelling.id:
            return last
        if day < last.since:
            raise Refused(
                "stay_before_last", _("The person moved here later than that. Check the day.")
            )
        last.until = day
        last.save(update_fields=["until"])
    row = HouseholdDwelling(
        id=uuid7(),
        household=household,
        dwelling=dwelling,
        since=day,
        commune=dwelling.commune,
        province=dwelling.province,
    )
    row.save(force_insert=True)
    detail = {"dwelling": str(dwelling.id)}
    audit.record("household.settled", target=("household", household), by=by, detail=detail)
    return row
