"""The slip for the result as PDF: link as a QR code, the code to type, whose it is."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from uuid import UUID

import typst
import zxingcpp
from django.utils import translation

from lachan.people.selectors import PersonCard
from lachan.sampling.answer_slips import Printed
from lachan.ui.wording import full_date, moment

#: Six on a sheet of A4, to be cut.
_PAGE = """
#let slips = json(bytes(sys.inputs.slips))
#set document(title: "Lá Chắn")
#set page(paper: "a4", margin: 8mm)
#set text(font: "Libertinus Serif", size: 9.5pt, fill: rgb("#15191d"), lang: "vi")
#set par(leading: 0.5em)
#grid(columns: (1fr, 1fr), rows: 92mm, gutter: 2mm,
  ..slips.map(slip => block(
    width: 100%, height: 92mm, breakable: false, inset: 4mm,
    stroke: (thickness: 0.5pt, dash: "dashed", paint: rgb("#15191d")))[
    #text(11pt, weight: "bold")[Phiếu xem kết quả xét nghiệm] \\
    #text(9pt)[Slip for a test result]
    #line(length: 100%, stroke: 0.8pt)
    #grid(columns: (36mm, 1fr), column-gutter: 4mm,
      image(bytes(slip.code), format: "svg", width: 36mm, height: 36mm),
      [#text(13pt, weight: "bold")[#slip.name] \\
       #slip.year \\
       #v(2mm)
       Mã / Code \\
       #text(17pt, weight: "bold", font: "DejaVu Sans Mono")[#slip.typed]])
    #v(1mm)
    #slip.vi \\
    #text(8.5pt)[#slip.en]
  ]))
"""


def to_pdf(slips: Sequence[Printed], cards: Mapping[UUID, PersonCard]) -> bytes:
    """The PDF.  No identity number, no phone, no disease."""
    content = [_slip(each, cards.get(each.slip.person_id)) for each in slips]
    made: bytes = typst.compile(
        _PAGE.encode(),
        format="pdf",
        sys_inputs={"slips": json.dumps(content, ensure_ascii=False)},
        font_paths=typst.Fonts(include_system_fonts=False),
    )
    return made


def _slip(each: Printed, card: PersonCard | None) -> dict[str, str]:
    page = f"{each.slip.site}/r/"
    until, given = each.slip.expires_at, each.slip.given_at
    with translation.override("vi"):
        vi = (
            f"Quét mã hoặc mở {page}, nhập mã in ở trên. Không cần tài khoản, không ai hỏi tiền hay"
            f" mật khẩu. Xem được đến hết {full_date(until)}. Mất phiếu: báo Trạm Y tế."
            f" Cấp lúc {moment(given)}."
        )
    with translation.override("en"):
        en = (
            f"Scan the code or open {page} and type the code above. No account; nobody asks for"
            f" money or a password. Valid to the end of {full_date(until)}. If lost, tell the"
            " health station."
        )
    return {
        "code": _qr(each.link),
        "typed": each.typed,
        "name": card.name if card else "",
        "year": f"Sinh năm / Born {card.birth_year}" if card and card.birth_year else "",
        "vi": vi,
        "en": en,
    }


def image_of(text: str) -> str:
    """The code as the address of a picture, which the security policy allows."""
    return "data:image/svg+xml;base64," + b64encode(_qr(text).encode()).decode()


def _qr(text: str) -> str:
    """A QR code at level M: the link has about 170 characters and is read from 36 mm."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=False))
