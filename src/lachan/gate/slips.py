"""The printed slip of somebody without a phone: a code, a name, a year; nothing else."""

from datetime import datetime

import typst

from lachan.gate.passes import code_svg
from lachan.people.selectors import PersonCard
from lachan.ui.wording import full_date

_PAGE = """
#set document(title: "Lá Chắn")
#set page(width: 105mm, height: 148mm, margin: 9mm)
#set text(font: "Libertinus Serif", size: 11pt, fill: rgb("#15191d"))
#text(15pt, weight: "bold")[Lá Chắn] #h(1fr) #text(10pt)[Phiếu mã cá nhân / Personal code]
#line(length: 100%, stroke: 2.4pt + rgb("#15191d"))
#v(4mm)
#align(center, image(bytes(sys.inputs.code), format: "svg", width: 60mm, height: 60mm))
#v(4mm)
#text(19pt, weight: "bold")[#sys.inputs.name] \\
#text(12pt)[Sinh năm / Born #sys.inputs.year]
#v(1fr)
#line(length: 100%, stroke: 0.8pt + rgb("#15191d"))
#text(9.5pt)[Đưa phiếu này cho người giữ cổng quét. Dùng được đến hết #sys.inputs.until.
Mất phiếu: báo Trạm Y tế để cấp phiếu mới. \\
Show this slip at the gate. Valid to the end of #sys.inputs.until.
If lost, ask the health station for a new one.]
"""


def slip(card: PersonCard, token: str, until: datetime) -> bytes:
    """The PDF, half of A5 upright.  No identity number, no phone, nothing about health."""
    inputs = {
        "code": code_svg(token),
        "name": card.name,
        "year": str(card.birth_year or "–"),
        "until": full_date(until),
    }
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.compile(_PAGE.encode(), format="pdf", sys_inputs=inputs, font_paths=fonts)
    assert isinstance(made, bytes)
    return made
