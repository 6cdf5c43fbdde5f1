"""Answers of the other two kinds, with real communes."""

from datetime import datetime, timedelta
from typing import Any

from lachan.core.clock import now, today
from lachan.declarations.questionnaire import in_force
from tests.places.units import BAC_NINH, NENH

WELL = {each.code: False for each in in_force(today(), "domestic").always if each.fact}


def journey(*stops: tuple[int, datetime], **more: Any) -> dict[str, Any]:
    """By coach from Nếnh an hour ago to the stops, without any sign."""
    stops = stops or ((NENH, now() + timedelta(hours=3)),)
    return (
        WELL
        | {
            "vehicle": "coach",
            "plate": "99A-123.45",
            "seat": "12",
            "from": NENH,
            "departs": now() - timedelta(hours=1),
            "destinations": [{"place": place, "arrives": at} for place, at in stops],
        }
        | more
    )


def arrival(days: int, **more: Any) -> dict[str, Any]:
    """By air from Laos, entering in so many days, without any sign."""
    asked = in_force(today(), "entry")
    return (
        {each.code: False for each in asked.always if each.type == "yes_no"}
        | {
            "border_gate": "Sân bay Nội Bài",
            "entry_on": today() + timedelta(days=days),
            "departs_on": today() + timedelta(days=days),
            "departs_from": "LA",
            "vehicle": "airplane",
            "service": "VN 417",
            "countries": ["LA", "TH"],
            "stays_in": NENH,
            "stays_at": "Khách sạn Sen Hồ",
        }
        | more
    )


__all__ = ["BAC_NINH", "arrival", "journey"]
