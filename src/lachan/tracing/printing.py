"""On paper: the notice of a public call, and the sheet on which a contact names whom he met.

No person's name, no level and no reference to a case is on either.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence

import typst
import zxingcpp

#: Lines of a sheet.  Source: form 4 of 5053/QĐ-BYT has twenty; more go on a second sheet.
SHEET_LINES = 20

_HEAD = """
#set document(title: "Lá Chắn")
#set text(font: "Libertinus Serif", size: 12pt, fill: rgb("#15191d"))
#let ink = rgb("#15191d")
#let indigo = rgb("#1d3178")
#let soft = rgb("#3b434b")
"""

_CALL = (
    _HEAD
    + """
#set page(paper: "a4", margin: (x: 15mm, y: 12mm))
#let said = json(bytes(sys.inputs.said))
#let large = if said.places.len() < 5 { 24pt } else { 16pt }
#text(15pt, weight: "bold")[Lá Chắn] #h(1fr) #text(13pt)[#said.unit]
#v(-3mm) #line(length: 100%, stroke: 3pt + ink)
#text(31pt, weight: "bold", fill: indigo)[Thông báo tìm người] #v(-8mm)
#text(16pt, fill: soft)[Looking for people who were there]
#v(1mm)
#text(15pt)[Ai đã có mặt tại một trong các nơi, giờ dưới đây, đề nghị gọi ngay
  *#said.phone* hoặc quét mã.#if said.disease != "" [ Bệnh: *#said.disease*.]]
#v(-2mm)
#text(11.5pt, fill: soft)[Whoever was at one of these places at these hours: please call
  *#said.phone* at once, or scan the code.#if said.disease != "" [ Disease: #said.disease_en.]]
#v(1mm)
#table(columns: (1fr, auto), stroke: (x, y) => (top: 0.8pt + ink, bottom: 0.8pt + ink),
  inset: (x: 2mm, y: 2.6mm), align: horizon,
  ..said.places.map(p => (
    [#text(large, weight: "bold")[#p.name] \\ #text(12pt, fill: soft)[#p.commune]],
    [#text(0.75 * large)[#p.hours] \\ #text(12pt, fill: soft)[#p.hours_en]])).flatten())
#v(1fr)
#grid(columns: (62mm, 1fr), gutter: 8mm, align: horizon,
  image(bytes(sys.inputs.code), format: "svg", width: 62mm, height: 62mm),
  [#text(15pt, weight: "bold")[Điện thoại trực] \\
   #text(34pt, weight: "bold", fill: indigo)[#said.phone] \\
   #v(1mm) Gõ tay / Type: #text(11pt)[#said.typed]
   #v(1mm) Không có điện thoại thông minh: gọi, hoặc nhờ trưởng thôn, tổ trưởng báo giúp. \\
   #text(10.5pt, fill: soft)[No smartphone: call, or ask the head of the hamlet.]])
#v(2mm) #line(length: 100%, stroke: 1pt + ink)
#text(10pt)[Có hiệu lực đến #said.until. Thông tin bạn gửi được giữ kín.
  #h(1fr) #text(fill: soft)[Valid until #said.until_en. What you send is kept sealed.]]
"""
)

_SHEET = (
    _HEAD
    + """
#set page(paper: "a4", flipped: true, margin: (x: 12mm, y: 10mm))
#let said = json(bytes(sys.inputs.said))
#grid(columns: (1fr, 30mm), gutter: 6mm,
  [#text(13pt)[#said.unit] #h(1fr) Số phiếu / Number: #text(16pt, weight: "bold")[#said.code]
   #v(-2mm) #line(length: 100%, stroke: 2.4pt + ink)
   #text(22pt, weight: "bold", fill: indigo)[Những người bạn đã gặp] #h(3mm)
   #text(13pt, fill: soft)[People you met] \\
   Viết tên, số điện thoại và ngày gặp gần nhất. Không biết thì để trống. Cần hỏi: gọi
   *#said.phone*. Nộp phiếu cho Trạm Y tế, hoặc khai trên mạng: #said.typed \\
   #text(10pt, fill: soft)[Write the name, the phone and the last day you met. Leave open what you
   do not know. Questions: #said.phone. Give the sheet to the health station, or use the code.]],
  image(bytes(sys.inputs.code), format: "svg", width: 30mm, height: 30mm))
#v(1mm)
#let head(vi, en) = [*#vi* \\ #text(9pt, fill: soft)[#en]]
#table(columns: (8mm, 2fr, 13mm, 1.2fr, 1.5fr, 1.6fr, 20mm, 1.4fr), stroke: 0.6pt + ink,
  inset: (x: 1.5mm, y: 1.95mm),
  [], head[Họ tên hoặc tên thường gọi][Name, or what you call them], head[Sinh năm][Born],
  head[Điện thoại][Phone], head[Nơi ở hiện tại][Where they stay],
  head[Gặp ở đâu][Where you met], head[Ngày gặp][Last day], head[Ghi thêm][Anything else],
  ..range(LINES).map(n => ([#str(n + 1)], [], [], [], [], [], [], [])).flatten())
"""
).replace("LINES", str(SHEET_LINES))


def call_poster(
    *,
    unit: str,
    phone: str,
    link: str,
    disease: tuple[str, str],
    until: tuple[str, str],
    places: Sequence[dict[str, str]],
) -> bytes:
    """The notice as an A4 PDF.  `disease` and `until` are Vietnamese and English; a place has
    name, commune, hours and hours_en; an empty disease is not named."""
    said = {
        "unit": unit,
        "phone": spoken_phone(phone),
        "disease": disease[0],
        "disease_en": disease[1],
        "until": until[0],
        "until_en": until[1],
        "typed": _typed(link),
        "places": list(places),
    }
    return _pdf(_CALL, said, link)


def sheet(*, unit: str, phone: str, code: str, link: str) -> bytes:
    """The sheet of an invitation as an A4 PDF with twenty empty lines."""
    said = {
        "unit": unit,
        "phone": spoken_phone(phone),
        "code": grouped(code),
        "typed": _typed(link),
    }
    return _pdf(_SHEET, said, link)


def grouped(code: str) -> str:
    """ABCDE-12345: as it is read out."""
    return f"{code[:5]}-{code[5:]}"


def spoken_phone(number: str) -> str:
    """0900 000 123: as it is read out."""
    if len(number) == 10 and number.startswith("0"):
        return f"{number[:4]} {number[4:7]} {number[7:]}"
    return number


def code_picture(text: str) -> str:
    """A QR code as the source of an image."""
    return "data:image/svg+xml;base64," + b64encode(_code(text).encode()).decode()


def _typed(link: str) -> str:
    return link.partition("://")[2]


def _code(text: str) -> str:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=True))


def _pdf(page: str, said: Mapping[str, object], link: str) -> bytes:
    # The page's own fonts only: a paper looks the same on every machine.
    fonts = typst.Fonts(include_system_fonts=False)
    inputs = {"said": json.dumps(said), "code": _code(link)}
    made = typst.compile(page.encode(), format="pdf", sys_inputs=inputs, font_paths=fonts)
    assert isinstance(made, bytes)
    return made
