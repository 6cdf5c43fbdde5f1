"""What a laboratory's bench leaves in the town: a number, a plate with its run, what was keyed, and
an amended result."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.rulebook.selectors import assay_rule
from lachan.sampling import bench_amending, bench_filling, bench_keying, bench_running
from lachan.sampling import services as sampling
from lachan.sampling.models import Reception
from tests.factories import cast
from tests.sampling.at_the_bench import NEGATIVE, POSITIVE, RIGHT

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A guest's sample goes over a plate; two key it, and it is amended."""
    guest = town.factory.people["Vũ Văn Hùng"]
    sampler = cast.of_organisation(Role.SAMPLER)
    laboratory = uuid7()
    technician = cast.of_organisation(Role.LABORATORY, laboratory)
    other = cast.of_organisation(Role.LABORATORY, laboratory)
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [guest.id], to_organisation=sampler.organisation, until=until)
    with scoped(sampler, "sampling") as by:
        tube = sampling.open_tube(
            barcode=f"T{uuid7().hex[-10:]}",
            limit=1,
            disease=town.case.disease,
            laboratory=laboratory,
            by=by,
        )
        sampling.add_sample(tube=tube, person=guest.id, reason="contact", by=by)
        sampling.close_tube(tube=tube, by=by)
    with scoped(technician, "laboratory") as by:
        Reception.objects.create(
            tube=tube, laboratory=laboratory, accepted=True, at=now(), by=by.account
        )
        assay = assay_rule(town.case.disease, now())
        plate = bench_filling.new_plate(barcode="P-0001", size=96, assay=assay, by=by)
        bench_filling.place(plate=plate, code=tube.barcode, by=by)
        run = bench_running.start_run(
            plate=plate, machine="CFX", lot="L1", lot_expires=today() + timedelta(days=1), by=by
        )
        bench_running.judge_controls(run=run, read=RIGHT, by=by)
        said = bench_keying.Said("negative", ct=NEGATIVE)
        bench_keying.key(id=uuid7(), tube=tube, said=said, by=by)
    with scoped(other, "laboratory") as by:
        result = bench_keying.key(id=uuid7(), tube=tube, said=said, by=by).result
        assert result is not None
        bench_amending.amend(
            result=result,
            said=bench_keying.Said("positive", ct=POSITIVE),
            reason="Nhầm giếng",
            by=by,
        )
