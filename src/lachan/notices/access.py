"""The list of messages is obtained here, and the look is recorded."""

from lachan.core import looks
from lachan.core.scope import Principal
from lachan.notices import selectors


def notices_for(by: Principal, state: str) -> list[selectors.NoticeRow]:
    """Messages of the reader's area; everybody named in it may see that it was looked at."""
    rows = selectors.notice_rows(by, state)
    looks.record_many(persons=selectors.persons_of(rows), what="notice", by=by)
    return rows
