"""Reading of messages; row security decides what is there to read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lachan.core.clock import OFFSET
from lachan.core.scope import Principal
from lachan.notices.models import Notice
from lachan.notices.sentences import text_of
from lachan.people.selectors import PersonCard, cards_of

#: Rows of a list; a longer batch is read by nobody before it is approved.
LIST_LIMIT = 200

#: Messages that reached nobody: there is no telephone, or the gateway gave up.
UNREACHED = Q(state=Notice.State.FAILED) | Q(
    state=Notice.State.SENT, delivery=Notice.Delivery.UNDELIVERABLE
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One message with the very text that is sent, and whom it goes to."""

    notice: Notice
    card: PersonCard | None
    text: str


def notice_rows(by: Principal, state: str) -> list[NoticeRow]:
    """Messages of the reader's area in a state ("" for all), the longest waiting first.

    "failed" are those whose people nobody reached: without a telephone, or never delivered.
    """
    rows = _area(by)
    if state == Notice.State.FAILED:
        rows = rows.filter(UNREACHED)
    elif state:
        rows = rows.filter(state=state).exclude(UNREACHED)
    found = list(rows.order_by("drafted_at")[:LIST_LIMIT])
    cards = cards_of([row.person_id for row in found])
    return [NoticeRow(row, cards.get(row.person_id), text_of(row)) for row in found]


def counts(by: Principal) -> dict[str, int]:
    """How many messages are in each state; "failed" as in `notice_rows`."""
    found: dict[str, int] = {}
    grouped = _area(by).values("state", "delivery").annotate(rows=Count("id")).order_by()
    for row in grouped:
        lost = (
            row["delivery"] == Notice.Delivery.UNDELIVERABLE and row["state"] == Notice.State.SENT
        )
        state = Notice.State.FAILED.value if lost else row["state"]
        found[state] = found.get(state, 0) + row["rows"]
    return found


def persons_of(rows: Iterable[NoticeRow]) -> list[UUID]:
    """Whom these rows are about."""
    return [row.notice.person_id for row in rows]


def _area(by: Principal) -> QuerySet[Notice]:
    if by.commune is not None:
        return Notice.objects.filter(commune=by.commune)
    if by.province is not None:
        return Notice.objects.filter(province=by.province)
    return Notice.objects.all()


#: Messages shown to their receiver; older ones stay on record.
SENT_SHOWN = 3


def sent_to(person: UUID) -> list[tuple[datetime, str]]:
    """What was sent to a person, newest first, in the words of the message."""
    rows = Notice.objects.filter(person_id=person, state=Notice.State.SENT).order_by("-sent_at")
    return [(row.sent_at, text_of(row)) for row in rows[:SENT_SHOWN] if row.sent_at]


#: The first word of a measure's code -> the fact a rule asks.
_DUTIES = {"isolate": "isolation", "self": "self_monitoring"}


def duty_of(person: UUID, at: datetime) -> dict[str, str]:
    """The duty a person was told last: the facts `duty` and `duty_until` of a rule.

    Only what was sent counts: nobody is judged by what nobody told them.
    """
    rows = Notice.objects.filter(person_id=person, state=Notice.State.SENT, kind="contact_duty")
    row = rows.order_by("-sent_at").first()
    return duty_in(row.values, at) if row else {}


def duty_in(values: Mapping[str, str], at: datetime) -> dict[str, str]:
    """The duty that a message with these values gives at an instant; {} when it is over."""
    last = date.fromisoformat(values["until"])
    until = datetime.combine(last + timedelta(days=1), time.min, OFFSET)
    duty = _DUTIES.get(values["duty"].partition("_")[0])
    return {"duty": duty, "duty_until": until.isoformat()} if duty and until > at else {}
