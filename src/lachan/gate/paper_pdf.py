"""The printed sheets: A4, twenty rows, each with its own number so that a lost one is named."""

import json

import typst

from lachan.formats.papernumbers import PaperNumber
from lachan.gate.paper_rows import ROWS

_PAGE = """
#set document(title: "Lá Chắn")
#set page(paper: "a4", margin: (x: 11mm, y: 10mm))
#set text(font: "Libertinus Serif", size: 10pt, fill: rgb("#15191d"))
#let doc = json(bytes(sys.inputs.told))
#let head(vi, en) = [#text(9.5pt, weight: "bold")[#vi] \\ #text(7.5pt)[#en]]
#for (at, number) in doc.numbers.enumerate() {
  if at > 0 { pagebreak() }
  [
    #text(15pt, weight: "bold")[Lá Chắn] #h(1fr)
    #text(17pt, weight: "bold", tracking: 1pt)[#number] \\
    #text(14pt, weight: "bold")[#doc.place] #h(1fr) #text(9pt)[Số tờ / Sheet number]
    #line(length: 100%, stroke: 2pt + rgb("#15191d"))
    *Sổ ghi lượt vào, ra khi mất mạng* / Visits without a network #h(1fr)
    Ngày / Day: #box(width: 42mm, line(length: 100%, stroke: 0.8pt))
    #v(1mm)
    #table(
      columns: (7mm, 17mm, 1fr, 15mm, 32mm, 36mm, 17mm),
      rows: (10mm,) + (10.6mm,) * doc.rows,
      align: horizon,
      stroke: 0.7pt + rgb("#15191d"),
      head[][], head[Giờ vào][In], head[Họ và tên][Full name], head[Năm sinh][Born],
      head[Điện thoại][Phone], head[Số thẻ căn cước][Card number], head[Giờ ra][Out],
      ..range(doc.rows).map(n => (text(8pt)[#(n + 1)], [], [], [], [], [], [])).flatten(),
    )
    #v(1fr)
    #text(9pt)[Mỗi người một dòng; có số điện thoại hoặc số thẻ là đủ. Không ghi bệnh, không ghi kết
      quả xét nghiệm. Nộp tờ này cho người quản lý địa điểm hoặc Trạm Y tế, kể cả tờ hỏng. \\
      One person a line; a phone or a card number is enough. Write nothing about health. Hand every
      sheet in, spoiled ones too.]
  ]
}
"""


def sheets_pdf(place: str, series: str, sheets: int) -> bytes:
    """The sheets 1 to `sheets` of a series for a place, a page each."""
    numbers = [str(PaperNumber(series, sheet)) for sheet in range(1, sheets + 1)]
    told = json.dumps({"place": place, "numbers": numbers, "rows": ROWS}, ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.compile(_PAGE.encode(), format="pdf", sys_inputs={"told": told}, font_paths=fonts)
    assert isinstance(made, bytes)
    return made
