"""The cast: who a visitor of the demo can be, each with a line saying who they are."""

from lachan.config.story.builder import Builder
from lachan.config.story.factory import Factory
from lachan.config.story.population import FACTORY_TOWN, MARKET_TOWN, MOUNTAIN
from lachan.config.story.services import Authorities
from lachan.config.story.town import Town
from lachan.config.story.units import BAC_NINH, HAI_PHONG
from lachan.config.story.world import Account, Household, Planted


def call_cast(
    builder: Builder, authorities: Authorities, factory: Factory, town: Town, planted: Planted
) -> list[Account]:
    """All accounts; the slug is what the sign-in page of the demo shows."""
    return [
        _mai(builder),
        *_at_places(builder, factory, town, planted),
        *_in_communes(builder, authorities, planted),
        *_above(authorities),
    ]


def _at_places(builder: Builder, factory: Factory, town: Town, planted: Planted) -> list[Account]:
    market = builder.places[town.market].organisation
    return [
        Account(
            "worker", "citizen", builder.people[planted.f0].name,
            "Công nhân chuyền 7, ca đêm; ở trọ, đi xe đưa đón số 7.", person=planted.f0,
        ),
        Account(
            "guard", "gate_controller", "Thân Văn Bảy",
            "Bảo vệ cổng chính nhà máy, trực ca đêm.", organisation=factory.organisation,
        ),
        Account(
            "manager", "place_manager", "Giáp Thị Nhàn",
            "Cán bộ nhân sự nhà máy, giữ danh sách chuyền, ca và phòng trọ.",
            organisation=factory.organisation,
        ),
        Account(
            "market", "place_manager", "Ngô Thị Lụa",
            "Ban quản lý chợ đầu mối, giữ danh sách hộ kinh doanh từng dãy.", organisation=market,
        ),
    ]  # fmt: skip


def _in_communes(builder: Builder, authorities: Authorities, planted: Planted) -> list[Account]:
    nenh = builder.by_name[FACTORY_TOWN].code
    homes = [builder.people[person].stay for person in sorted(planted.handover)]
    far = next(stay.commune for stay in homes if stay.province == HAI_PHONG)
    station = authorities.stations[FACTORY_TOWN]
    return [
        Account(
            "station", "station_officer", "Đặng Thị Hòa",
            "Y sĩ Trạm Y tế phường Nếnh, trực đêm.", organisation=station, commune=nenh,
        ),
        Account(
            "station2", "station_officer", "Nghiêm Văn Tước",
            "Y sĩ Trạm Y tế phường Đa Mai.", organisation=authorities.stations[MARKET_TOWN],
            commune=builder.by_name[MARKET_TOWN].code,
        ),
        Account(
            "station3", "station_officer", "Phạm Thu Hạnh",
            "Y sĩ trạm y tế ở Hải Phòng, nơi mấy người tiếp xúc đang ở.", commune=far,
        ),
        Account(
            "villageworker", "village_health_worker", "Vi Thị Sen",
            "Nhân viên y tế thôn Khe Sâu, xã An Lạc, nơi không có sóng.",
            organisation=authorities.stations[MOUNTAIN], commune=builder.by_name[MOUNTAIN].code,
        ),
        Account(
            "chairman", "commune_chairman", "Dương Quang Khải", "Chủ tịch UBND phường Nếnh.",
            organisation=authorities.committees[FACTORY_TOWN], commune=nenh,
        ),
        Account(
            "police", "commune_police", "Hà Mạnh Tiến", "Công an phường Nếnh.",
            organisation=authorities.police[FACTORY_TOWN], commune=nenh,
        ),
        Account(
            "sampler", "sampler", "Chu Thị Thắm", "Người lấy mẫu của Trạm Y tế phường Nếnh.",
            organisation=station,
        ),
        Account(
            "vaccinator", "vaccinator", "Tạ Thị Ngần", "Người tiêm ở Trạm Y tế phường Nếnh.",
            organisation=station,
        ),
    ]  # fmt: skip


def _above(authorities: Authorities) -> list[Account]:
    return [
        Account(
            "tracer", "tracer", "Trịnh Minh Châu", "Cán bộ truy vết TTKSBT tỉnh Bắc Ninh.",
            organisation=authorities.cdc, province=BAC_NINH,
        ),
        Account(
            "tracer2", "tracer", "Bùi Hải Yến", "Cán bộ truy vết TTKSBT thành phố Hải Phòng.",
            organisation=authorities.cdc_elsewhere, province=HAI_PHONG,
        ),
        Account(
            "director", "director", "Lương Đình Thọ", "Giám đốc TTKSBT tỉnh Bắc Ninh.",
            organisation=authorities.cdc, province=BAC_NINH,
        ),
        Account(
            "lab", "laboratory", "Đỗ Quốc Anh", "Kỹ thuật viên phòng xét nghiệm.",
            organisation=authorities.laboratory,
        ),
        Account(
            "lablead", "laboratory_lead", "Mai Bích Diệp", "Phụ trách phòng xét nghiệm.",
            organisation=authorities.laboratory,
        ),
        Account(
            "tech", "technology_team", "Hoàng Việt Dũng", "Tổ công nghệ phòng, chống dịch tỉnh.",
            organisation=authorities.technology, province=BAC_NINH,
        ),
        Account(
            "ministry", "ministry", "Vũ Hồng Quân", "Chuyên viên Cục Phòng bệnh.",
            organisation=authorities.ministry, national=True,
        ),
        Account(
            "outsider", "outsider", "Đinh Công Lý",
            "Có tài khoản nhưng không có quyền xem của ai.",
        ),
    ]  # fmt: skip


def _mai(builder: Builder) -> Account:
    """A mother with children in the factory's town: the citizen of the guides."""
    nenh = builder.by_name[FACTORY_TOWN].code
    house = next(row for row in builder.households if _has_children(builder, row, nenh))
    mother = house.members[1]
    builder.people[mother].name = "Nguyễn Thị Mai"
    who = "Người dân phường Nếnh, có con nhỏ, khai báo cho cả nhà."
    return Account("mai", "citizen", "Nguyễn Thị Mai", who, person=mother)


def _has_children(builder: Builder, house: Household, commune: str) -> bool:
    children = [p for p in house.members if builder.people[p].mother is not None]
    return (
        house.commune == commune
        and len(children) >= 2
        and bool(builder.people[house.members[1]].phones)
    )
