"""The paper of a result (phiếu trả kết quả xét nghiệm) as PDF, in Vietnamese and English."""

import json
from typing import Any

import typst
import zxingcpp
from django.utils import translation

from lachan.people.selectors import PersonCard
from lachan.rulebook.selectors import term
from lachan.sampling.answer_paper import laboratory_name
from lachan.sampling.answer_reading import Answer
from lachan.sampling.answer_state import AnswerState
from lachan.sampling.answer_telling import number_of
from lachan.sampling.models import ToldResult
from lachan.ui import paper
from lachan.ui.wording import clock, full_date

_PAGE = """
#let doc = json(bytes(sys.inputs.document))
#let ink = rgb("#15191d")
#set document(title: "Phiếu trả kết quả xét nghiệm")
#set page(paper: "a5", margin: (x: 13mm, y: 11mm), background: if doc.invented {
  rotate(-40deg, text(38pt, weight: "bold", fill: rgb("#e9ebee"))[#doc.watermark]) })
#set text(font: "Libertinus Serif", size: 10.5pt, fill: ink, lang: "vi", hyphenate: false)
#set par(leading: 0.55em)
#grid(columns: (1fr, auto), align: center, column-gutter: 3mm,
  [#text(10pt, weight: "bold")[#upper(doc.laboratory)] \\ #text(9.5pt)[Số / No. #doc.number]],
  [#text(9.5pt, weight: "bold")[#doc.nation] \\ #text(9.5pt, weight: "bold")[#doc.motto]])
#v(3mm)
#align(center)[#text(14pt, weight: "bold")[PHIẾU TRẢ KẾT QUẢ XÉT NGHIỆM] \\
  #text(10pt)[TEST RESULT]]
#v(2mm)
#grid(columns: (48mm, 1fr), row-gutter: 2.1mm, ..doc.rows.map(row => (
  [#row.vi \\ #text(8pt)[#row.en]], text(weight: "bold", row.value))).flatten())
#v(2mm)
#block(width: 100%, inset: 3mm, stroke: 1.4pt + ink)[#align(center)[
  #text(17pt, weight: "bold")[#upper(doc.says.vi)] \\ #text(11pt)[#upper(doc.says.en)]]]
#v(1mm)
#text(9pt)[#doc.note.vi \\ #text(8pt)[#doc.note.en]]
#v(1fr)
#grid(columns: (30mm, 1fr), column-gutter: 4mm, align: horizon,
  image(bytes(doc.code), format: "svg", width: 30mm, height: 30mm),
  text(8.5pt)[Quét mã để kiểm tra phiếu còn giá trị hay đã bị thu hồi. Mã không chứa họ tên và số
    định danh. \\ Scan to check whether this paper still holds or was withdrawn. The code holds no
    name and no identity number. \\ #text(7pt)[#link(doc.link)[#doc.printed]]])
"""

#: What a paper says, and what the reader must know of it, by language.
_SAYS: dict[AnswerState, tuple[str, str]] = {
    AnswerState.NEGATIVE: ("Âm tính", "Negative"),
    AnswerState.NEGATIVE_BY_POOL: ("Âm tính (mẫu gộp)", "Negative (pooled sample)"),
    AnswerState.POSITIVE: ("Dương tính", "Positive"),
    AnswerState.PROVISIONAL: (
        "Dương tính, chờ xét nghiệm khẳng định",
        "Positive, to be confirmed by another test",
    ),
}
_NOTE = (
    "Kết quả chỉ nói về mẫu lấy lúc ghi ở trên. Đây không phải là giấy chứng nhận.",
    "The result speaks only of the sample taken at the hour above. This is no certificate.",
)
_METHODS = {
    "pcr": "RT-PCR",
    "rapid": "Xét nghiệm nhanh kháng nguyên / Rapid antigen test",
}


def to_pdf(answer: Answer, card: PersonCard, *, link: str, invented: bool) -> bytes:
    """The PDF.  It holds a name and a year, no identity number and no telephone."""
    content = _content(answer, card, link, invented)
    made: bytes = typst.compile(
        _PAGE.encode(),
        format="pdf",
        sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
        font_paths=typst.Fonts(include_system_fonts=False),
    )
    return made


def _content(answer: Answer, card: PersonCard, link: str, invented: bool) -> dict[str, Any]:
    assert answer.result is not None
    laboratory = laboratory_name(answer.result.laboratory)
    vi, en = _SAYS[answer.state]
    return {
        "laboratory": paper.clean(laboratory),
        "number": number_of(answer.sample),
        "nation": paper.NATION,
        "motto": paper.MOTTO,
        "watermark": paper.INVENTED,
        "invented": invented,
        "rows": [_row(*row) for row in _rows(answer, card, laboratory) if row[2]],
        "says": {"vi": vi, "en": en},
        "note": {"vi": _NOTE[0], "en": _NOTE[1]},
        "code": _qr(link),
        "link": link,
        "printed": _breakable(link),
    }


def _rows(answer: Answer, card: PersonCard, laboratory: str) -> list[tuple[str, str, str]]:
    """What the paper says beside the result: Vietnamese and English label, and the value."""
    result, tube = answer.result, answer.sample.tube
    assert result is not None
    disease = _both(lambda: term("disease", tube.disease))
    method = _METHODS.get(result.method, result.method)
    code = f" · LOINC {result.test}" if result.test else ""
    shared = f"Mẫu gộp, tối đa {tube.limit} người / Pool of up to {tube.limit}"
    told = ToldResult.objects.filter(result=result).first()
    return [
        ("Họ và tên", "Name", card.name),
        ("Năm sinh", "Year of birth", str(card.birth_year or "")),
        ("Xét nghiệm", "Test", f"{disease}{code}"),
        ("Phương pháp", "Method", method),
        ("Loại mẫu", "Sample", shared if answer.shared else "Mẫu đơn / Single sample"),
        ("Lấy mẫu lúc", "Sample taken", _moment(answer.sample.taken_at)),
        ("Trả kết quả lúc", "Result released", _moment(answer.released_at)),
        ("Phòng xét nghiệm", "Laboratory", laboratory),
        ("Người duyệt trả", "Released by", told.released_by_name if told else ""),
    ]


def _row(vi: str, en: str, value: str) -> dict[str, str]:
    return {"vi": vi, "en": en, "value": paper.clean(value)}


def _both(words: Any) -> str:
    """The words in Vietnamese and English, once where they are the same."""
    with translation.override("vi"):
        vi = words()
    with translation.override("en"):
        en = words()
    return vi if vi == en else f"{vi} / {en}"


def _moment(at: Any) -> str:
    """Hour and date with its year: a paper is read years later."""
    with translation.override("vi"):
        return f"{clock(at)}, {full_date(at)}"


def _breakable(link: str) -> str:
    """An address that goes on in the next line instead of over the margin."""
    return "\u200b".join(link[start : start + 8] for start in range(0, len(link), 8))


def _qr(text: str) -> str:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=False))
