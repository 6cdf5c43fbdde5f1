"""The sheet of codes that replace a press: for hands in gloves, taped to the table."""

import json

import typst
import zxingcpp

#: Code, what it says, where: Vietnamese and English.  The device's list is `site-recognising.js`.
CODES = (
    ("LC-LEFT", "Tay trái", "Left arm", "Bàn tiêm"),
    ("LC-RIGHT", "Tay phải", "Right arm", "Bàn tiêm"),
    ("LC-NO", "Chưa tiêm nơi khác", "No dose elsewhere", "Bàn tiêm"),
    ("LC-YES", "Có tiêm nơi khác", "Dose elsewhere", "Bàn tiêm"),
    ("LC-UNKNOWN", "Không biết có tiêm nơi khác", "Does not know", "Bàn tiêm"),
    ("LC-SAME", "Đã xem giấy tờ: đúng người", "Same person", "Tiếp nhận"),
    ("LC-WELL", "Ổn, cho về", "Well, goes home", "Theo dõi sau tiêm"),
    ("LC-NEXT", "Gọi số tiếp", "Next number", "Khám sàng lọc, bàn tiêm"),
    ("LC-BACK", "Hoàn tác việc vừa ghi", "Take the last entry back", "Mọi bàn"),
)

_PAGE = """
#let doc = json(bytes(sys.inputs.told))
#let ink = rgb("#15191d")
#set document(title: "Lá Chắn")
#set page(paper: "a4", margin: 12mm)
#set text(font: "Libertinus Serif", size: 11pt, fill: ink, lang: "vi")
#text(17pt, weight: "bold")[Lá Chắn · Mã thay cho bấm nút]
#h(1fr) #text(10pt)[Codes for gloved hands]
#line(length: 100%, stroke: 2pt + ink)
Dán ở bàn. Quét mã thay cho bấm màn hình. Câu hỏi sàng lọc không có mã: bác sĩ hỏi và bấm từng câu.
#v(2mm)
#grid(columns: (1fr, 1fr, 1fr), gutter: 5mm,
  ..doc.map(c => box(width: 100%, height: 74mm, stroke: 0.8pt + ink, inset: 4mm)[
    #set align(center)
    #text(15pt, weight: "bold")[#c.at(1)] \\
    #text(9pt)[#c.at(2) · #c.at(3)]
    #v(1fr)
    #image(bytes(c.at(4)), format: "svg", width: 36mm)
    #text(10pt, font: "DejaVu Sans Mono")[#c.at(0)]
  ]))
"""


def codes_pdf() -> bytes:
    """One page of A4, each code with its word."""
    made = typst.compile(
        _PAGE.encode(),
        format="pdf",
        sys_inputs={"told": _told()},
        font_paths=typst.Fonts(include_system_fonts=False),
    )
    assert isinstance(made, bytes)
    return made


def _told() -> str:
    """What the page is made of: every code with its words and its picture, as JSON."""
    return json.dumps([(*row, _svg(row[0])) for row in CODES], ensure_ascii=False)


def _svg(code: str) -> str:
    barcode = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=True))
