"""Reading of messages; row security decides what is there to read."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet

from lachan.core.scope import Principal
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.selectors import PersonCard, cards_of

#: Rows of a list; a longer batch is read by nobody before it is approved.
LIST_LIMIT = 200


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message with the very text that is sent, and whom it goes to."""

    notice: Notice
    card: PersonCard | None
    text: str


def notice_rows(by: Principal, state: str) -> list[NoticeRow]:
    """Messages of the reader's area in a state ("" for all), the longest waiting first."""
    rows = _area(by)
    if state:
        rows = rows.filter(state=state)
    found = list(rows.order_by("drafted_at")[:LIST_LIMIT])
    cards = cards_of([row.person_id for row in found])
    return [NoticeRow(row, cards.get(row.person_id), text_of(row)) for row in found]


def counts(by: Principal) -> dict[str, int]:
    """How many messages are in each state."""
    rows = _area(by).values("state").annotate(rows=Count("id")).order_by()
    return {row["state"]: row["rows"] for row in rows}


def persons_of(rows: Iterable[NoticeRow]) -> list[UUID]:
    """Whom these rows are about."""
    return [row.notice.person_id for row in rows]


def _area(by: Principal) -> QuerySet[Notice]:
    if by.commune is not None:
        return Notice.objects.filter(commune=by.commune)
    if by.province is not None:
        return Notice.objects.filter(province=by.province)
    return Notice.objects.all()
