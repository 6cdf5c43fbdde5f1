"""Pages that show every component, for the tests that look at them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from django import forms
from django.http import QueryDict
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.utils.translation import override

from lachan.core.refusals import Refused
from lachan.ui.context import Shell, other_language
from lachan.ui.forms import Choice, Form, YesNo
from lachan.ui.navigation import Link
from lachan.ui.pages import page_of

HERE = Path(__file__).parent / "pages"
PAGES = ("phone", "form", "gate", "gate-need", "gate-not", "desk")


class Declaration(Form):
    """A form with one of each."""

    name = forms.CharField(label="Họ và tên", help_text="Như trên giấy tờ, có dấu.")
    commune = forms.CharField(label="Xã, phường đang ở")
    fever = YesNo(label="Sốt", help_text="Từ 37,5 °C trở lên")
    since = Choice(label="Sốt từ ngày nào?", choices=[("0", "Hôm nay"), ("1", "Hôm qua")])
    kind = forms.ChoiceField(label="Quan hệ", choices=[("", "Chọn"), ("c", "Con")])
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="Tôi khai đúng sự thật")


VERDICTS: dict[str, dict[str, Any]] = {
    "gate": {
        "kind": "may",
        "word": "Được vào",
        "why": "Vì đã khai báo sáng nay và không có yêu cầu nào của cơ quan y tế.",
        "ask": "Nhìn mặt có hợp tuổi không?",
        "action": {"label": "Quét người tiếp theo", "href": "#main"},
        "asof": "Lượt vào 08:16:03 đã lưu trên máy. Xét theo luật BN-07 bản 3.",
    },
    "gate-need": {
        "kind": "need",
        "word": "Cần làm thêm",
        "why": "Vì tờ khai gần nhất quá 3 ngày. Khai xong thì vào được.",
        "action": {"label": "Khai hộ ngay tại cổng", "href": "#main"},
        "more": [{"label": "Gọi quản lý", "href": "#main"}, {"label": "Quét lại", "href": "#main"}],
    },
    "gate-not": {
        "kind": "not",
        "word": "Chưa được vào",
        "why": "Vì cơ quan y tế đang hẹn người này ở nhà đến hết thứ Bảy 18/07.",
        "action": {"label": "Gọi Trạm Y tế Nếnh", "href": "tel:0900000118", "icon": "phone"},
        "todo": ["Mời sang chỗ chờ riêng.", "Trạm Y tế nói chuyện với người này."],
        "more": [{"label": "Quét tiếp", "href": "#main"}],
    },
}


def page(name: str, language: str = "vi", *, sent: bool = True) -> str:
    """One page of the kit as HTML; `sent` shows the form after a failed submit."""
    source = (HERE / f"{name.partition('-')[0]}.html").read_text(encoding="utf-8")
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    with override(language):
        return engine.from_string(source).render(_context(name, sent))


def _context(name: str, sent: bool) -> dict[str, Any]:
    labels = ("Việc hôm nay", "Truy vết", "Vùng", "Xét nghiệm", "Tiêm chủng", "Địa điểm")
    icons = ("qrcode", "clipboard-text", "test-pipe", "shield-lock")
    phone = ("Mã của tôi", "Khai báo", "Kết quả", "Dữ liệu")
    rows = [
        {"name": who, "year": 1990 + k, "minutes": 1610 - 61 * k}
        for k, who in enumerate(("Chu Minh Đạo", "Vũ Văn Hùng", "Đỗ Văn Tuyến", "Giáp Thị Thu"))
    ]
    return {
        "shell": Shell(
            name="Nguyễn Thu Hương",
            duty="Truy vết · CDC Bắc Ninh",
            here=f"/{quote_plus(name)}?tu=15",
            sign_out="/out",
            other=other_language(),
            tabs=[Link(f"/{k}", label, "", k == 1) for k, label in enumerate(labels)],
            bar=[Link(f"/{k}", phone[k], icons[k], k == 0) for k in range(4)],
        ),
        "installation": {"demo": True},
        "refusal": Refused("gate_closed", "Cổng này đang đóng. Mở ca trực rồi quét lại."),
        "moment": datetime(2026, 7, 14, 1, 14, tzinfo=UTC),
        "sum": {
            "terms": [
                {"n": 1480, "label": "bàn giao"},
                {"op": "=", "n": 1479, "label": "nhận"},
                {"op": "+", "n": 0, "label": "từ chối"},
            ],
            "gap": {"kind": "not", "text": "Lệch 1 ống", "href": "#main"},
        },
        "verdict": VERDICTS.get(name, VERDICTS["gate"]) | {"name": "Trần Thị M.", "year": 1991},
        "tools": {
            "levels": [
                {"label": "F1", "count": 41, "href": "#main", "on": True},
                {"label": "F2", "count": 1176, "href": "#main"},
            ],
            "filters": [
                {"label": "Từ 15 phút", "href": "#main", "on": True},
                {"label": "Cần gọi: 15", "href": "#main"},
            ],
            "search": {"name": "q", "value": "", "hint": "Tìm tên, không cần dấu", "keep": []},
            "csv": "#main",
        },
        "rows": rows,
        "page": page_of(list(range(200)), QueryDict("page=2")),
        "form": Declaration({} if sent else None),
    }
