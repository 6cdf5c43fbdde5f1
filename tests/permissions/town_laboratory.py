"""What sampling leaves in the town: a campaign, a request, a tube taken in, lost, and withdrawn."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import grants
from lachan.core.clock import now, today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.sampling import services as sampling
from lachan.sampling.models import Campaign, Loss, Reception, SampleRequest, Tube
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A guest is asked to be sampled, and his negative is withdrawn."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    guest = town.factory.people["Vũ Văn Hùng"]
    with scoped(station, "sampling") as by:
        campaign = Campaign.objects.create(
            name="Tổ dân phố 3",
            disease=town.case.disease,
            reason="screening",
            starts_on=today(),
            ends_on=today(),
            commune=town.here.commune,
            province=town.here.province,
            made_at=now(),
            made_by=by.account,
        )
    sampler = cast.of_organisation(Role.SAMPLER)
    with system_scope("test") as by:
        grants.give(
            "person",
            [guest.id],
            to_organisation=sampler.organisation,
            until=now() + timedelta(days=1),
        )
        sampling.request_samples([_wanted(town, guest)], by=by)
    _worked(town, campaign, guest, sampler)


def _wanted(town: "Town", guest: Person) -> sampling.Wanted:
    source = SampleRequest.Source.CONTACT
    return sampling.Wanted(guest.id, town.case.disease, "contact", source, town.case.id)


def _worked(town: "Town", campaign: Campaign, guest: Person, sampler: Principal) -> None:
    laboratory = uuid7()
    technician = cast.of_organisation(Role.LABORATORY, laboratory)
    lead = cast.of_organisation(Role.LABORATORY_LEAD, laboratory)
    with scoped(sampler, "sampling") as by:
        tube = sampling.open_tube(
            barcode=f"T{uuid7().hex[-10:]}",
            limit=2,
            disease=town.case.disease,
            laboratory=laboratory,
            by=by,
        )
        first = sampling.add_sample(tube=tube, person=guest.id, reason="contact", by=by)
        sampling.take_back(sample=first, by=by)
        sampling.add_sample(tube=tube, person=guest.id, reason="contact", by=by)
        sampling.close_tube(tube=tube, by=by)
        assert by.organisation is not None
        Loss.objects.create(tube=tube, organisation=by.organisation, at=now(), by=by.account)
    with system_scope("test"):
        Tube.objects.filter(pk=tube.pk).update(campaign=campaign)
    with scoped(technician, "laboratory") as by:
        Reception.objects.create(
            tube=tube, laboratory=laboratory, accepted=True, at=now(), by=by.account
        )
        result = sampling.enter_result(
            barcode=tube.barcode, found=sampling.Found("negative"), by=by
        )
        sampling.approve_result(result=result, by=by)
    with scoped(lead, "laboratory") as by:
        sampling.release_result(result=result, by=by)
        sampling.withdraw_result(result=result, reason="Nhầm ống", by=by)
