"""What a laboratory can do in a day, and sending a packed box to another laboratory."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.places.models import Organisation
from lachan.sampling.models import Box, HandOver, LaboratoryCapacity, Packing, Rerouting, Tube

#: No laboratory does more in a day; more is a slip of the hand.
MOST_A_DAY = 100_000


def say_capacity(
    *, tests_a_day: int, machines: int, machines_down: int, by: Principal
) -> LaboratoryCapacity:
    """The laboratory says what it can do; what it said before stays.

    Refused: no_unit, capacity_impossible.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    possible = 0 <= tests_a_day <= MOST_A_DAY and 1 <= machines <= 1_000
    if not possible or not 0 <= machines_down <= machines:
        raise Refused(
            "capacity_impossible",
            _("Write tests a day, machines, and of these how many stand still."),
        )
    row = LaboratoryCapacity(
        laboratory=by.organisation,
        tests_a_day=tests_a_day,
        machines=machines,
        machines_down=machines_down,
        at=now(),
    )
    row.save(force_insert=True)
    audit.record(
        "laboratory.capacity",
        target=("organisation", by.organisation),
        by=by,
        detail={"tests_a_day": tests_a_day, "machines": machines, "down": machines_down},
    )
    return row


def reroute(*, box: Box, laboratory: UUID, by: Principal) -> Rerouting:
    """Send a box that nobody took yet to another laboratory, with every tube in it.

    Refused: no_unit, box_on_the_road, nothing_changed, laboratory_unknown.
    """
    if by.organisation is None or box.organisation != by.organisation:
        raise Refused("no_unit", _("Sign in for the unit that packed this box."))
    locked = Box.objects.select_for_update().get(pk=box.pk)
    if HandOver.objects.filter(box=locked).exists():
        raise Refused("box_on_the_road", _("This box was given away already."), status=409)
    before = locked.laboratory
    if before == laboratory:
        raise Refused("nothing_changed", _("This box goes to this laboratory already."), status=409)
    if not Organisation.objects.filter(pk=laboratory, kind="laboratory").exists():
        raise Refused("laboratory_unknown", _("No laboratory has this number. Choose another."))
    locked.laboratory = laboratory
    locked.save(update_fields=["laboratory"])
    inside = Packing.objects.filter(box=locked, out_at=None)
    tubes = list(inside.values_list("tube", flat=True))
    # Rows of the box say its laboratory too: the new one reads them, the old one no more.
    Packing.objects.filter(box=locked).update(laboratory=laboratory)
    Tube.objects.filter(pk__in=tubes).update(laboratory=laboratory)
    row = Rerouting(
        box=locked,
        from_laboratory=before,
        to_laboratory=laboratory,
        tubes=len(tubes),
        organisation=by.organisation,
        at=now(),
        by=by.account,
    )
    row.save(force_insert=True)
    audit.record(
        "box.rerouted",
        target=("box", locked.id),
        by=by,
        detail={"from": str(before), "to": str(laboratory), "tubes": [str(one) for one in tubes]},
    )
    return row
