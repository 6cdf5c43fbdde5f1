"""What campaigns leave in the town: a list, a visit, a file, an appointment, kits and a team."""

from datetime import time, timedelta
from typing import TYPE_CHECKING

from lachan.core.clock import now, today
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.places.models import Organisation
from lachan.places.services import register_organisation
from lachan.sampling import (
    campaign_ending,
    campaign_files,
    campaign_slots,
    campaign_stock,
    campaign_tasks,
    campaigning,
)
from lachan.sampling.models import Appointment, Campaign
from tests.factories import cast

if TYPE_CHECKING:
    from lachan.core.scope import Principal
    from tests.permissions.town import Town

LIST = "Họ và tên,Năm sinh,Số điện thoại\nĐào Thị Kín,1991,0900000181\n,1992,0900000182\n"


def furnish(town: "Town") -> None:
    """The lane of the zone is sampled; somebody was not at home, another row was refused."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    with system_scope("test") as by:
        unit = register_organisation(
            kind="station", name="Trạm Y tế Kín", commune=town.here.commune, by=by
        )
    with scoped(station, "sampling_campaign") as by:
        campaign = _planned(town, unit, by)
        campaign_files.send(campaign=campaign, data=LIST.encode(), file_name="danh-sach.csv", by=by)
    campaign_tasks.import_campaign_lists()
    with scoped(station, "sampling_campaign") as by:
        campaigning.begin(campaign=campaign, by=by)
        member = campaign.members.select_related("campaign", "request").filter(chosen=True)[0]
        campaign_ending.record_visit(member=member, outcome="not_home", by=by)
        hours = campaign_slots.Hours("Trường Kín", today() + timedelta(1), time(7), time(8), 30, 9)
        campaign_slots.open_slots(campaign=campaign, hours=hours, by=by)
        campaign_slots.give_appointments(campaign=campaign, by=by)
        assert Appointment.objects.filter(slot__campaign=campaign).exists()
        campaign_stock.add_entry(unit=unit, item="tube", kind="receipt", quantity=50, by=by)
        campaign_stock.plan_shift(
            campaign=campaign,
            team="Tổ Kín",
            device="LC-01",
            where="Ngõ 7",
            starts_at=now(),
            ends_at=now() + timedelta(hours=1),
            by=by,
        )


def _planned(town: "Town", unit: Organisation, by: "Principal") -> Campaign:
    campaign = campaigning.plan_campaign(
        campaigning.NewCampaign(
            name="Ngõ Kín",
            disease=town.case.disease,
            reason="zone",
            method="pcr",
            area="zone",
            whom="commune",
            starts_on=today(),
            ends_on=today() + timedelta(days=2),
            commune=town.here.commune,
            province=town.here.province,
            organisation=unit.id,
        ),
        by=by,
    )
    campaigning.gather(campaign=campaign, by=by)
    return campaign
