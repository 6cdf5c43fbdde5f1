"""A street with families, its health station, and who plans and goes there."""

from dataclasses import dataclass, field
from datetime import timedelta

from lachan.core.clock import today
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import Principal, scoped, system_scope
from lachan.people.models import Person
from lachan.places.models import Lane, Organisation
from lachan.places.services import register_organisation
from lachan.rulebook.services import load_shipped_rules
from lachan.sampling import campaigning, services
from lachan.sampling.campaigning import NewCampaign
from lachan.sampling.models import Campaign, CampaignMember, Sample
from tests.factories import cast, houses
from tests.factories.outbreak import HERE_CODE, NEXT_CODE, Unit

DISEASE = "covid-19"


@dataclass
class Street:
    """A lane with a family in each house; `elsewhere` works in the next commune."""

    unit: Unit
    lane: Lane
    station: Organisation
    officer: Principal
    elsewhere: Principal
    sampler: Principal
    families: list[list[Person]] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """Everybody of the street."""
        return [person for family in self.families for person in family]


def street(*sizes: int) -> Street:
    """A lane with families of these sizes."""
    unit = Unit.of(HERE_CODE)
    lane, made = houses.lane(f"Ngõ {uuid7().hex[-6:]}", unit, len(sizes))
    with system_scope("test") as by:
        load_shipped_rules(by=by)
        station = register_organisation(
            kind="station", name=f"Trạm Y tế {uuid7().hex[-6:]}", commune=unit.commune, by=by
        )
    return Street(
        unit=unit,
        lane=lane,
        station=station,
        officer=cast.of_commune(Role.STATION_OFFICER, unit.commune),
        elsewhere=cast.of_commune(Role.STATION_OFFICER, Unit.of(NEXT_CODE).commune),
        sampler=cast.of_organisation(Role.SAMPLER, station.id),
        families=[
            houses.family(house, unit, size) for house, size in zip(made, sizes, strict=True)
        ],
    )


def new_campaign(at: Street, **more: object) -> NewCampaign:
    """A campaign for the lane, from today on."""
    given = {
        "name": "Ngõ lấy mẫu",
        "disease": DISEASE,
        "reason": "screening",
        "method": "pcr",
        "area": "low",
        "whom": "lanes",
        "starts_on": today(),
        "ends_on": today() + timedelta(days=1),
        "commune": at.unit.commune,
        "province": at.unit.province,
        "organisation": at.station.id,
        "pool_size": 5,
    } | more
    return NewCampaign(**given)  # type: ignore[arg-type]


def planned(at: Street, **more: object) -> Campaign:
    """A campaign with the people of the lane on its list."""
    with scoped(at.officer, "sampling_campaign") as by:
        campaign = campaigning.plan_campaign(new_campaign(at, **more), by=by)
        if campaign.plan.whom == "lanes":
            campaigning.gather(campaign=campaign, lanes=[at.lane.id], by=by)
    return campaign


def begun(at: Street, **more: object) -> Campaign:
    """The same, and everybody chosen is asked."""
    campaign = planned(at, **more)
    with scoped(at.officer, "sampling_campaign") as by:
        campaigning.begin(campaign=campaign, by=by)
    return campaign


def members(campaign: Campaign, **only: object) -> list[CampaignMember]:
    """The rows of a list."""
    with system_scope("test"):
        rows = CampaignMember.objects.filter(campaign=campaign, **only)
        return list(rows.select_related("campaign__plan", "request").order_by("ord", "id"))


def sample(at: Street, member: CampaignMember) -> Sample:
    """The team samples somebody in a tube of his own."""
    with scoped(at.sampler, "sampling") as by:
        tube = services.open_tube(
            barcode=f"C-{uuid7().hex[-10:]}",
            limit=1,
            disease=DISEASE,
            laboratory=None,
            by=by,
        )
        return services.add_sample(tube=tube, person=member.person_id, reason="screening", by=by)
