"""What is registered: the place of a name and address, the venues of a place, its guards."""

from uuid import UUID

from django.db import connections

from lachan.formats.vietnamese import fold
from lachan.places.selectors import today_of
from lachan.venues.models import Post, Venue


def known_place(*, name: str, address: str, commune: int) -> Venue | None:
    """The place that is registered under this name at this address already."""
    here = today_of(commune).commune
    if here is None:
        return None
    found = Venue.objects.filter(
        commune=here, closed_at=None, place__parent=None, place__folded=fold(" ".join(name.split()))
    ).select_related("place")
    wanted = _plain(address)
    same = [each for each in found.order_by("made_at") if _plain(each.place.address) == wanted]
    return same[0] if same else None


def venues_inside(venue: Venue) -> list[UUID]:
    """The venue and those of its place's parts, all the way down."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "with recursive parts as (select %s::uuid as id union all"
            " select p.id from places_place p join parts on p.parent_id = parts.id)"
            " select v.id from venues_venue v join parts on v.place_id = parts.id",
            [venue.place_id],
        )
        return [row[0] for row in cursor.fetchall()]


def posts_of(organisation: UUID) -> list[Post]:
    """Everybody posted at an organisation's places now, the latest first."""
    rows = Post.objects.filter(organisation=organisation, ended_at=None)
    return list(rows.select_related("venue__place").order_by("-since"))


def _plain(address: str) -> str:
    """An address as two people write it the same: no marks, no punctuation, no case."""
    words = "".join(sign if sign.isalnum() else " " for sign in fold(address))
    return " ".join(words.split())
