"""Numbers, dates and hours as the reader writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from lachan.ui import wording
from lachan.ui.templatetags.lc import bold_reason

NIGHT = datetime(2026, 7, 17, 19, 10, tzinfo=UTC)  # 02:10 of the 18th in Vietnam


@pytest.mark.parametrize(
    ("value", "places", "vietnamese", "english"),
    [
        (46589, None, "46.589", "46,589"),
        (Decimal("0.86"), None, "0,86", "0.86"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (0, None, "0", "0"),
        (None, None, "", ""),
    ],
)
def test_it_writes_a_number(
    value: int | Decimal | None, places: int | None, vietnamese: str, english: str
) -> None:
    with override("vi"):
        assert wording.number(value, places) == vietnamese
    with override("en"):
        assert wording.number(value, places) == english


def test_it_writes_an_hour_with_its_day() -> None:
    with override("vi"):
        assert wording.moment(NIGHT) == wording.bound(NIGHT) == "lúc 02:10, thứ Bảy 18/07"
        assert wording.as_of(NIGHT) == "Số liệu tính đến 02:10, thứ Bảy 18/07"
    with override("en"):
        assert wording.moment(NIGHT) == "at 02:10, Saturday 18 July"
        assert wording.bound(NIGHT) == "02:10, Saturday 18 July"


def test_it_writes_a_date_without_moving_it() -> None:
    with override("vi"):
        assert wording.full_date(date(2026, 7, 14)) == "14/07/2026"
        assert wording.full_date(NIGHT) == "18/07/2026"
        assert wording.day(date(2026, 7, 19)) == "Chủ nhật 19/07"
    with override("en"):
        assert wording.full_date(date(2026, 7, 14)) == "14 July 2026"


def test_it_writes_nothing_for_a_date_nobody_knows() -> None:
    assert [wording.full_date(None), wording.day(None), wording.moment(None)] == ["", "", ""]


def test_it_puts_the_reason_in_bold_and_escapes_the_rest() -> None:
    assert bold_reason("Vì <em> quá hạn, vì thế") == "<b>Vì</b> &lt;em&gt; quá hạn, vì thế"
    assert bold_reason("Bạn được vào vì đã khai báo") == "Bạn được vào <b>vì</b> đã khai báo"
    assert bold_reason("Không rõ") == "Không rõ"
