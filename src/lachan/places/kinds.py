"""The words for what a place or an organisation is, and how deep each kind of place lies.

Kinds of places are those of the contact rule (`rulebook`): it says per kind whether two people
there at once are only counted or named for checking.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaceKind(models.TextChoices):
    """What a place is."""

    CAMPUS = "campus", _("Factory, company or campus")
    MARKET = "market", _("Market")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    BUILDING = "building", _("Building or house")
    OTHER = "other", _("Other place")
    WORKSHOP = "workshop", _("Workshop")
    FLOOR = "floor", _("Floor")
    WARD = "ward", _("Hospital ward")
    HALL = "hall", _("Hall")
    LINE = "line", _("Production line")
    ROOM = "room", _("Room")
    STALL_ROW = "stall_row", _("Row of stalls")
    VEHICLE = "vehicle", _("Vehicle")
    CLASS = "class", _("School class")
    GATE = "gate", _("Gate")
    TABLE = "table", _("Table")


#: Every part lies deeper than what it is part of, so the tree has no circles.
DEPTHS: dict[int, tuple[str, ...]] = {
    1: ("campus", "market", "school", "hospital"),
    2: ("building", "other"),
    3: ("workshop", "floor", "ward", "hall"),
    4: ("line", "room", "stall_row", "vehicle", "class", "gate"),
    5: ("table",),
}

#: Kinds that are always a part of something.
PARTS_ONLY = ("line", "stall_row", "class", "gate", "table", "floor", "ward", "workshop")


def depth_of(kind: str) -> int:
    """How deep a kind lies: 1 is the outermost."""
    return next(depth for depth, kinds in DEPTHS.items() if kind in kinds)


def kinds_inside(kind: str) -> list[str]:
    """The kinds that may be a part of a place of this kind."""
    return [each for depth, kinds in DEPTHS.items() if depth > depth_of(kind) for each in kinds]


class OrganisationKind(models.TextChoices):
    """What an organisation is.  The first group is the health line of practice.md section 1.2."""

    MINISTRY = "ministry", _("Ministry of Health")
    DISEASE_BUREAU = "disease_bureau", _("Department of Disease Prevention")
    INSTITUTE = "institute", _("Regional institute")
    HEALTH_DEPARTMENT = "health_department", _("Provincial health department")
    CDC = "cdc", _("Provincial CDC")
    REGIONAL_CENTRE = "regional_centre", _("Regional health centre")
    STATION = "station", _("Commune health station")
    STATION_BRANCH = "station_branch", _("Branch of a health station")
    PROVINCE_COMMITTEE = "province_committee", _("People's Committee of a province")
    COMMUNE_COMMITTEE = "commune_committee", _("People's Committee of a commune")
    COMMUNE_POLICE = "commune_police", _("Commune police")
    HOSPITAL = "hospital", _("Hospital or clinic")
    LABORATORY = "laboratory", _("Testing unit")
    COMPANY = "company", _("Company")
    MARKET = "market", _("Market board")
    SCHOOL = "school", _("School")
    TRANSPORT = "transport", _("Transport company")
    WORSHIP = "worship", _("Pagoda, church or temple")
    OTHER = "other", _("Other organisation")


#: Kinds to which nobody reports: a regional health centre treats and supports, it is no level of
#: reporting.  Source: TT 15/2026 art. 10, practice.md section 1.2.
NOT_REPORTED_TO = ("regional_centre", "station_branch")
