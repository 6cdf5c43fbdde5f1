"""Shopping tickets to print: eight on a sheet of A4, each a number and a code, nobody's name."""

import json
from collections.abc import Sequence

import typst

from lachan.formats.placecode import shown_place_code
from lachan.venues.poster import code_svg
from lachan.venues.tickets import Ticket

#: Tickets on a sheet: two columns of four, to be cut.
ON_A_SHEET = 8

_PAGE = """
#let doc = json(bytes(sys.inputs.document))
#let ink = rgb("#15191d")
#set document(title: doc.market)
#set page(paper: "a4", margin: 8mm)
#set text(font: "Libertinus Serif", size: 11pt, fill: ink)
#let one(t) = box(width: 95mm, height: 68mm, stroke: (paint: ink, thickness: 0.6pt, dash: "dashed"),
  inset: 5mm)[
  #grid(columns: (32mm, 1fr), column-gutter: 5mm,
    image(bytes(t.svg), format: "svg", width: 32mm),
    [#text(14pt, weight: "bold")[PHIẾU ĐI CHỢ] \\
     #text(34pt, weight: "bold")[#t.number] \\
     #text(12pt)[#doc.market] \\
     #text(11pt)[#t.hamlet]])
  #v(1fr)
  #text(13pt, weight: "bold", tracking: 1pt)[#t.code] #h(1fr) #text(10pt)[#doc.rule]
  #v(-2mm)
  #line(length: 100%, stroke: 0.6pt + ink)
  #v(-2mm)
  #text(9pt)[Một hộ một phiếu. Quét tại cổng chợ, mỗi ngày một lần. Phiếu không ghi tên ai.]
]
#for page in doc.pages {
  grid(columns: (95mm, 95mm), gutter: 4mm, ..page.map(one))
}
"""


def ticket_sheet(*, tickets: Sequence[Ticket], market: str, rule: str, address: str) -> bytes:
    """The PDF.  `address`: what stands before a ticket's code, with "/t/" at its end."""
    shown = [
        {
            "number": f"{ticket.number:04d}",
            "code": shown_place_code(ticket.code),
            "hamlet": ticket.hamlet,
            "svg": code_svg(f"{address}{ticket.code}"),
        }
        for ticket in tickets
    ]
    pages = [shown[at : at + ON_A_SHEET] for at in range(0, len(shown), ON_A_SHEET)]
    document = json.dumps({"market": market, "rule": rule, "pages": pages}, ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.compile(
        _PAGE.encode(), format="pdf", sys_inputs={"document": document}, font_paths=fonts
    )
    assert isinstance(made, bytes)
    return made
