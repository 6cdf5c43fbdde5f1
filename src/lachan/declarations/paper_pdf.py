"""The sheets of a series as a PDF: A4, both languages, empty boxes, the number and its code.

The words reach the page as data: nothing in them is ever markup.
"""

import json
from collections.abc import Iterator
from typing import Any

import typst
import zxingcpp

from lachan.declarations.models import PaperSeries
from lachan.declarations.questionnaire import Question, Questionnaire, versions
from lachan.formats.papernumbers import PaperNumber

#: Types of question that fit on paper as boxes or a line; others are asked on a screen.
ON_PAPER = ("yes_no", "choice", "text", "date", "country", "countries", "commune", "group")

_PAGE = """
#let doc = json(bytes(sys.inputs.sheets))
#let ink = rgb("#15191d")
#let soft = rgb("#3b434b")
#set document(title: doc.title)
#set page(paper: "a4", margin: (x: 14mm, top: 11mm, bottom: 11mm))
#set text(font: "Libertinus Serif", size: 10.5pt, fill: ink, lang: "vi", hyphenate: false)
#set par(leading: 0.5em)
#let box-empty = box(width: 4.4mm, height: 4.4mm, stroke: 0.9pt + ink, baseline: 0.7mm)
#let dots = (dash: "dotted", paint: ink)
#let dotted(width: 100%) = box(width: width, line(length: 100%, stroke: dots))
#let two(vi, en, size: 10.5pt) = [#text(size)[#vi]
  #text(size - 2pt, fill: soft)[\\/ #en]]
#let field(vi, en) = grid(columns: (auto, 1fr), gutter: 2mm, align: bottom, two(vi, en), dotted())
#let cells(n) = for i in range(n) { box(width: 5mm, height: 6mm, stroke: 0.6pt + ink) }
#let day = [#cells(2) / #cells(2) / #cells(4)]
#for sheet in doc.sheets {
  grid(columns: (1fr, auto), gutter: 6mm, align: (left + top, right + top),
    [#text(15pt, weight: "bold")[Lá Chắn]
      #h(3mm) #text(15pt)[Tờ khai y tế (giấy) / Health declaration]
      #v(0.6mm)
      #text(9.5pt, fill: soft)[Giữ: #doc.holder · Bộ câu hỏi #doc.version]
      #v(-1mm)
      #text(20pt, weight: "bold", tracking: 0.6pt)[#sheet.number]],
    image(bytes(sheet.code), format: "svg", width: 21mm, height: 21mm))
  line(length: 100%, stroke: 2pt + ink)
  text(9.5pt)[Đánh dấu × vào một ô của mỗi câu. Khai báo là tự nguyện, trừ khi có văn bản
    yêu cầu. \\
    #text(fill: soft)[Put × in one box of each question. Declaring is voluntary unless a document
      says otherwise.]]
  v(1mm)
  field("Họ và tên", "Full name")
  v(1mm)
  grid(columns: (1fr, 1fr), gutter: 6mm,
    [#two("Ngày sinh", "Born") #h(2mm) #day],
    [#two("Giới tính", "Sex") #h(2mm) #box-empty Nam / M #h(3mm) #box-empty Nữ / F])
  v(1mm)
  grid(columns: (1fr, 1fr), gutter: 6mm,
    field("Số định danh", "ID number"), field("Điện thoại", "Phone"))
  v(1mm)
  field("Nơi ở hiện tại (số nhà, ngõ, thôn; xã, phường)", "Present stay")
  v(1.5mm)
  for step in doc.steps {
    block(above: 3mm, below: 1.5mm, text(weight: "bold", two(step.vi, step.en, size: 11pt)))
    for row in step.rows {
      block(above: 1.5mm, below: 1.3mm, grid(columns: (1fr, auto), gutter: 3mm,
        align: (left + horizon, right + horizon),
        [#two(row.vi, row.en) #if row.help != "" [ #text(8.5pt, fill: soft)[(#row.help)]]],
        if row.kind == "yes_no" [#box-empty Có / Yes #h(4mm) #box-empty Không / No]
        else if row.kind == "date" [#day]
        else if row.kind == "choice" [#for one in row.choices [#box-empty #one #h(3mm)]]
        else [#v(4mm) #dotted(width: 90mm)]))
      line(length: 100%, stroke: 0.4pt + soft)
    }
  }
  v(1fr)
  grid(columns: (1fr, 1fr), gutter: 8mm,
    [#two("Giờ, ngày khai", "Hour and day declared") \\ #v(1mm) #cells(2) : #cells(2) #h(3mm) #day],
    [#two("Chữ ký người khai hoặc người khai hộ", "Signature") #v(9mm) #dotted()])
  v(2mm)
  text(8.5pt, fill: soft)[Cán bộ đếm số ô Có của các câu về dấu hiệu và tiếp xúc, Yes
    ticks among signs and contact: #cells(2)]
  if not sheet.last { pagebreak() }
}
"""


def sheets_pdf(series: PaperSeries) -> bytes:
    """Every sheet of the series, one a page."""
    asked = versions(series.kind)[series.questionnaire]
    numbers = [PaperNumber(series.series, sheet) for sheet in range(1, series.sheets + 1)]
    content = {
        "title": f"{numbers[0]} – {numbers[-1]}",
        "holder": series.holder,
        "version": asked.number,
        "steps": list(_steps(asked)),
        "sheets": [
            {"number": str(number), "code": _code(str(number)), "last": number is numbers[-1]}
            for number in numbers
        ],
    }
    fonts = typst.Fonts(include_system_fonts=False)
    inputs = {"sheets": json.dumps(content, ensure_ascii=False)}
    made = typst.compile(_PAGE.encode(), format="pdf", sys_inputs=inputs, font_paths=fonts)
    assert isinstance(made, bytes)
    return made


def _steps(asked: Questionnaire) -> Iterator[dict[str, Any]]:
    for step in asked.steps:
        rows = [_row(each) for each in step.questions if each.type in ON_PAPER]
        yield {"vi": step.heading.vi, "en": step.heading.en, "rows": rows}


def _row(question: Question) -> dict[str, Any]:
    return {
        "vi": question.words.vi,
        "en": question.words.en,
        "help": question.help.vi if question.help and question.type == "yes_no" else "",
        "kind": question.type if question.type in ("yes_no", "date", "choice") else "line",
        "choices": [f"{each.vi} / {each.en}" for each in (question.choices or {}).values()],
    }


def _code(text: str) -> str:
    """A QR code at level Q: a sheet lies in a wet pocket."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    return str(barcode.to_svg(add_quiet_zones=False))
