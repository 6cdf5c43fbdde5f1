"""What is sent for a step of the law after a severe event, made from the event itself.

Frame: Decree 30/2020/NĐ-CP, Appendix I, through `ui.paper`.  Whom it goes to follows Circular
13/2026 art. 15.5.a and Decree 165/2026 art. 52 as the room's page quotes them; the official forms
were not read.  What is published names nobody.
"""

from dataclasses import dataclass

from django.utils import translation

from lachan.core.clock import OFFSET, now
from lachan.core.installation import is_demo
from lachan.people.selectors import PersonCard
from lachan.places.models import Organisation
from lachan.places.selectors import unit_name
from lachan.ui.documents import Block, Document, Heading, Letterhead, Signature, said
from lachan.vaccination import aefi_reading, aefi_words, lot_reading, lot_words
from lachan.vaccination.aefi_paper import (
    EMPTY,
    dose_facts,
    facts_table,
    moment_words,
    person_facts,
)
from lachan.vaccination.models import AefiStep, Reaction

Kind = AefiStep.Kind


@dataclass(frozen=True, slots=True)
class _Form:
    """A document: its kind and subject, whom it is addressed to, whether it names the person,
    what is left to the pen, and who signs."""

    kind: str
    about: str
    to: tuple[str, ...]
    names: bool
    pen: tuple[str, ...]
    signs: str


_FORMS = {
    Kind.NOTIFY_DEPARTMENT: _Form(
        "Báo cáo",
        "trường hợp tai biến nặng sau tiêm chủng",
        ("Sở Y tế {province}",),
        True,
        ("Đề nghị",),
        "Thủ trưởng cơ sở",
    ),
    Kind.NOTIFY_CDC: _Form(
        "Báo cáo",
        "trường hợp tai biến nặng sau tiêm chủng",
        ("Trung tâm Kiểm soát bệnh tật {province}",),
        True,
        ("Đề nghị",),
        "Thủ trưởng cơ sở",
    ),
    Kind.INVESTIGATE: _Form(
        "Báo cáo",
        "kết quả điều tra trường hợp tai biến nặng sau tiêm chủng",
        ("Sở Y tế {province}", "Trung tâm Kiểm soát bệnh tật {province}"),
        True,
        ("Thành phần đoàn điều tra", "Bảo quản, vận chuyển vắc xin", "Quy trình tiêm", "Nhận định"),
        "Trưởng đoàn điều tra",
    ),
    Kind.COUNCIL: _Form(
        "Giấy mời",
        "họp Hội đồng tư vấn chuyên môn đánh giá tai biến nặng sau tiêm chủng",
        ("Thành viên Hội đồng tư vấn chuyên môn {province}",),
        True,
        ("Thời gian, địa điểm họp", "Tài liệu kèm theo"),
        "Giám đốc Sở Y tế",
    ),
    Kind.PUBLISH: _Form(
        "Thông báo",
        "kết luận về trường hợp tai biến nặng sau tiêm chủng",
        ("Gia đình người được tiêm", "Bộ Y tế"),
        False,
        ("Kết luận của Hội đồng", "Sử dụng tiếp lô vắc xin"),
        "Giám đốc Sở Y tế",
    ),
}


def notice_of(step: AefiStep, row: Reaction, card: PersonCard | None) -> Document:
    """The document of one step, with everything that is known now."""
    with translation.override("vi"):
        return _notice(step, row, card, _FORMS[Kind(step.kind)])


def _notice(step: AefiStep, row: Reaction, card: PersonCard | None, form: _Form) -> Document:
    facility = Organisation.objects.filter(pk__in=[row.organisation]).first()
    name = facility.name if facility else EMPTY
    province = unit_name(step.province)
    to = tuple(each.format(province=province) for each in form.to)
    blocks: tuple[Block, ...] = (
        said("Kính gửi: " + "; ".join(to) + "."),
        *_who(row, card, form),
        Heading("Mũi tiêm"),
        facts_table(_of_dose(row, name, form)),
        Heading("Diễn biến"),
        facts_table(_course(row, form)),
        Heading("Đã xử trí"),
        *(said(line) for line in _done(row)),
        *(block for title in form.pen for block in (Heading(title), said(EMPTY * 4))),
        Signature((form.signs,), recipients=("Như trên", "Lưu hồ sơ")),
    )
    number = f"Số: {step.document}" if step.document else "Số: ……………"
    issuer = name if form.signs == "Thủ trưởng cơ sở" else f"Sở Y tế {province}"
    return Document(
        Letterhead(issuer, number=number, day=now().astimezone(OFFSET).date()),
        form.kind,
        form.about,
        blocks,
        draft=False,
        invented=is_demo(),
    )


def _who(row: Reaction, card: PersonCard | None, form: _Form) -> tuple[Block, ...]:
    if not form.names:
        return ()
    return (Heading("Người được tiêm"), facts_table(person_facts(card, row)))


def _of_dose(row: Reaction, facility: str, form: _Form) -> list[tuple[str, str]]:
    shown = aefi_words.shown(row, None)
    facts = dose_facts(row, shown["vaccine"], shown["lot"], facility)
    # Who injected is nobody's business outside the investigation.
    return facts if form.names else [each for each in facts if not each[0].startswith("Bàn")]


def _course(row: Reaction, form: _Form) -> list[tuple[str, str]]:
    shown = aefi_words.shown(row, None)
    facts = [
        ("Mức độ", str(shown["severity"])),
        ("Bắt đầu lúc", moment_words(row.onset_at)),
        ("Ghi nhận lúc", moment_words(row.severe_at or row.reported_at)),
        ("Tình trạng hiện tại", str(shown["outcome"])),
    ]
    if form.names:
        facts[1:1] = [("Biểu hiện", str(shown["signs"]))]
        facts.append(("Xử trí, ghi chú", row.note or EMPTY))
    return facts


def _done(row: Reaction) -> list[str]:
    session = aefi_reading.session_of(row)
    lines = []
    if session and session.stopped_at:
        lines.append(f"Buổi tiêm dừng lúc {moment_words(session.stopped_at)}.")
    bars = lot_reading.bars_of(row.lot_id) if row.lot_id else []
    lines += [
        f"Lô vắc xin tạm dừng từ {moment_words(bar.since)}: {lot_words.reason(bar)}"
        for bar in bars[:1]
    ]
    return lines or [EMPTY * 4]
