"""The poster of a place: A4, a code of 15 by 15 centimetres, in both languages, as a PDF."""

import typst
import zxingcpp

from lachan.formats.placecode import shown_place_code

#: Millimetres of the code's edge.  Source: Hanoi's order of 2021 (field.md 1.2).
CODE_MM = 150

_PAGE = """
#set document(title: sys.inputs.name)
#set page(paper: "a4", margin: (x: 13mm, y: 9mm))
#set text(font: "Libertinus Serif", size: 12pt, fill: rgb("#15191d"))
#let ink = rgb("#15191d")
#let indigo = rgb("#1d3178")
#let soft = rgb("#3b434b")
#let rule = line(length: 100%, stroke: 3.4pt + ink)
#text(17pt, weight: "bold")[Lá Chắn] #h(1fr) #text(17pt, weight: "bold")[#sys.inputs.name]
#v(-3mm)
#rule
#v(-2mm)
#text(37pt, weight: "bold", fill: indigo)[Quét để vào, quét khi ra] #v(-9mm)
#text(19pt, fill: soft)[Scan on the way in, scan on the way out]
#v(1fr)
#align(center, image(bytes(sys.inputs.code), format: "svg", width: EDGE, height: EDGE))
#v(1fr)
#rule
#v(-2mm)
#text(25pt, weight: "bold")[#sys.inputs.name] #h(1fr) #text(15pt)[#sys.inputs.where]
#v(-2mm)
#let step(n, vi, en) = grid(columns: (9mm, 1fr), text(25pt, weight: "bold", fill: indigo)[#n],
  [#text(12.5pt)[#vi] \\ #text(10.5pt, fill: soft)[#en]])
#grid(columns: (1fr, 1fr, 1fr), gutter: 5mm,
  step("1", [Quét mã này khi *vào* và khi *ra*.], [Scan this code on the way in and out.]),
  step("2", [Chọn người đi cùng: một máy, nhiều người.],
    [Choose who is with you: one phone, many people.]),
  step("3", [Không có điện thoại? Đưa thẻ hoặc phiếu giấy.],
    [No phone? Show a card or a printed slip.]))
#line(length: 100%, stroke: 1.1pt + ink)
#grid(columns: (auto, 1fr), gutter: 9mm, align: horizon,
  [*Gõ tay / Type:* #sys.inputs.typed \\
    #text(25pt, weight: "bold", tracking: 1.6pt)[#sys.inputs.shown]],
  text(10.5pt)[Mã cửa không chứa thông tin của bạn. Quét mã là tự nguyện,
    trừ khi có văn bản yêu cầu. \\
    This code holds nothing about you. Scanning is voluntary
    unless a document says otherwise.])
"""


def poster(*, name: str, where: str, code: str, address: str) -> bytes:
    """The PDF.  `address` is what a phone opens; its host is typed where no camera reads it."""
    inputs = {
        "name": name,
        "where": where,
        "code": code_svg(address),
        "shown": shown_place_code(code),
        "typed": address.partition("://")[2].rpartition("/")[0] + "/",
    }
    # The page's own fonts only: a poster looks the same on every machine.
    fonts = typst.Fonts(include_system_fonts=False)
    page = _PAGE.replace("EDGE", f"{CODE_MM}mm")
    made = typst.compile(page.encode(), format="pdf", sys_inputs=inputs, font_paths=fonts)
    assert isinstance(made, bytes)
    return made


def code_svg(text: str) -> str:
    """A QR code as SVG, quiet zone outside; level Q still reads with a quarter of it dirty."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return str(barcode.to_svg(add_quiet_zones=False))
