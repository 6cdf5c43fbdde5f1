"""The receipt on paper: number, code to scan, code to type.  No disease and no identity number."""

import json
from datetime import datetime, timedelta
from typing import Any

import typst
import zxingcpp
from django.utils import translation

from lachan.core.clock import now
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.people.selectors import PersonCard, trace_ids_of
from lachan.people.services import give_slip
from lachan.places.selectors import unit_name
from lachan.ui.wording import clock, full_date
from lachan.vaccination.models import Invitation, Registration

#: How long the codes of a receipt open: a series of doses takes about half a year.
OPENS = timedelta(days=180)

_PAGE = """
#let r = json(bytes(sys.inputs.receipt))
#set document(title: "Lá Chắn")
#set page(paper: "a5", margin: 12mm)
#set text(font: "Libertinus Serif", size: 11pt, fill: rgb("#15191d"), lang: "vi")
#text(14pt, weight: "bold")[Lá Chắn] #h(1fr) #text(9.5pt)[Phiếu hẹn \\/ Receipt]
#line(length: 100%, stroke: 2pt + rgb("#15191d"))
#text(18pt, weight: "bold")[#r.name] \\
Sinh năm / Born #r.year #h(1fr) #r.unit
#v(2mm)
#grid(columns: (42mm, 1fr), column-gutter: 6mm,
  image(bytes(r.code), format: "svg", width: 42mm, height: 42mm),
  [Số đăng ký / Number \\
   #text(19pt, weight: "bold", font: "DejaVu Sans Mono")[#r.number] \\
   #v(2mm)
   Mã mở trang / Slip code \\
   #text(19pt, weight: "bold", font: "DejaVu Sans Mono")[#r.typed] \\
   #v(1mm)
   Ngày đăng ký / Registered #r.day])
#v(3mm)
#if r.when != "" [#text(16pt, weight: "bold")[#r.when] \\ #r.where #v(2mm)]
#line(length: 100%, stroke: 0.6pt)
#text(10pt)[Không cần điện thoại. Thứ tự trong ngày được bốc thăm công khai, không tính giờ đăng ký.
Xem thứ tự hoặc trả lời giấy mời: mở #r.page, chọn "Mã trên phiếu", hoặc hỏi Trạm Y tế. Không ai
thu tiền. Giữ kín mã mở trang.]
#v(1mm)
#text(9pt)[No phone is needed. The order of a day is drawn in public; the hour does not count.
To see your place or to answer, open #r.page and choose "Code on a slip", or ask the health
station. Nobody asks for money. Keep the slip code to yourself.]
"""


def receipt_pdf(
    row: Registration, card: PersonCard, invitation: Invitation | None, site: str
) -> bytes:
    """The receipt of a registration; every printing gives a slip code of its own."""
    until = now() + OPENS
    typed = give_slip(person=row.person_id, name=card.name, until=until)
    told = _told(row, card, invitation) | {
        "code": _code(row, until),
        "typed": f"{typed[:5]}-{typed[5:]}",
        "page": f"{site}/sign-in/slip/",
    }
    made = typst.compile(
        _PAGE.encode(),
        format="pdf",
        sys_inputs={"receipt": json.dumps(told, ensure_ascii=False)},
        font_paths=typst.Fonts(include_system_fonts=False),
    )
    assert isinstance(made, bytes)
    return made


def _told(row: Registration, card: PersonCard, invitation: Invitation | None) -> dict[str, Any]:
    with translation.override("vi"):
        when = where = ""
        if invitation is not None:
            at = invitation.screening_at
            when = f"{clock(at)}, {full_date(at)}"
            where = invitation.session.name
        return {
            "name": card.name,
            "year": str(card.birth_year or "–"),
            "unit": unit_name(row.commune),
            "number": row.receipt,
            "day": full_date(row.day),
            "when": when,
            "where": where,
        }


def _code(row: Registration, until: datetime) -> str:
    trace = trace_ids_of([row.person_id])[row.person_id]
    token = issue(
        signing_key(), kind="slip", pseudonym=trace.bytes, expires_at=int(until.timestamp())
    )
    barcode = zxingcpp.create_barcode(token, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=True))
