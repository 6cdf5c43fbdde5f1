"""A document as PDF.  Its words reach the page as data: nothing in a name is ever markup."""

import json
from typing import Any

import typst

from lachan.ui import paper
from lachan.ui.paper import Block, Document, Heading, PageBreak, Paragraph, Signature, Table

#: The media type of what `to_pdf` gives.
PDF = "application/pdf"

_PAGE = """
#let doc = json(bytes(sys.inputs.document))
#let ink = rgb("#15191d")
#set document(title: doc.kind + " " + doc.about)
#set text(font: "Libertinus Serif", size: TEXTpt, fill: ink, lang: "vi", hyphenate: false)
#set par(leading: 0.62em, spacing: 0.72em, justify: true)
#let marks = doc.marks.join("  ·  ")
#set page(
  paper: "a4", margin: (top: TOPmm, right: RIGHTmm, bottom: BOTTOMmm, left: LEFTmm),
  header-ascent: 25%,
  header: context {
    let page = counter(page).get().first()
    grid(columns: (1fr, auto, 1fr), align: (left, center, right),
      [], if page > 1 [#text(13pt)[#page]],
      if doc.marks.len() > 0 { text(10.5pt, weight: "bold")[#marks] })
  },
  background: if doc.invented {
    rotate(-52deg, text(58pt, weight: "bold", fill: rgb("#e9ebee"))[#doc.watermark])
  },
)
#let underlined(width) = { v(-0.2em); line(length: width, stroke: 0.7pt + ink); v(-0.2em) }
#let head = doc.letterhead
#grid(columns: (0.8fr, 1.2fr), column-gutter: 4mm, align: center,
  { set par(justify: false)
    if head.over != "" { text(12pt)[#upper(head.over) \\ ] }
    text(12pt, weight: "bold")[#upper(head.issuer)]
    underlined(22mm)
    if head.number != "" { text(13pt)[#head.number] } },
  { set par(justify: false)
    text(12pt, weight: "bold")[#doc.nation \\ ]
    text(13pt, weight: "bold")[#doc.motto]
    underlined(46mm)
    text(13pt, style: "italic")[#head.dated] })
#v(3mm)
#align(center, { set par(justify: false)
  text(weight: "bold")[#upper(doc.kind) \\ ]
  text(weight: "bold")[#doc.about]
  underlined(34mm) })
#v(1mm)
#let ran(run) = text(
  weight: if run.bold { "bold" } else { "regular" },
  style: if run.italic { "italic" } else { "normal" }, run.text)
#for block in doc.blocks {
  if block.is == "heading" {
    let words = text(weight: "bold", block.text)
    std.block(sticky: true, width: 100%, above: 1.1em, below: 1.1em,
      if block.level == 1 { align(center, words) } else { words })
  } else if block.is == "paragraph" {
    set par(
      justify: block.align == "justify",
      first-line-indent: (amount: if block.align == "justify" { 10mm } else { 0mm }, all: true))
    set align(if block.align == "centre" { center } else if block.align == "right" { right }
      else { left })
    par(for run in block.runs { ran(run) })
  } else if block.is == "table" {
    set text(TABLEpt)
    set par(justify: false, leading: 0.5em)
    table(
      columns: block.shares.map(share => share * 1fr), stroke: 0.6pt + ink, inset: 1.6mm,
      align: left + horizon,
      table.header(..block.headers.map(word =>
        table.cell(align: center + horizon, text(weight: "bold", word)))),
      ..block.rows.flatten().map(word => [#word]))
  } else if block.is == "signature" {
    v(2mm)
    std.block(breakable: false, grid(columns: (1fr, 1fr), column-gutter: 4mm,
      { set par(justify: false, leading: 0.45em)
        if block.recipients.len() > 0 {
          text(12pt, weight: "bold", style: "italic")[#doc.recipients]
          for line in block.recipients { linebreak(); text(RECIPIENTSpt, "- " + line) } } },
      align(center, { set par(justify: false)
        for line in block.capacity { text(weight: "bold")[#line]; linebreak() }
        v(22mm)
        text(weight: "bold")[#block.name] })))
  } else { pagebreak(weak: true) }
}
"""


def _source() -> bytes:
    """The page with the figures of the form in it."""
    top, right, bottom, left = paper.MARGINS_MM
    figures = {
        "RECIPIENTSpt": f"{paper.RECIPIENTS_PT}pt",
        "TEXTpt": f"{paper.TEXT_PT}pt",
        "TABLEpt": f"{paper.TABLE_PT}pt",
        "TOPmm": f"{top}mm",
        "RIGHTmm": f"{right}mm",
        "BOTTOMmm": f"{bottom}mm",
        "LEFTmm": f"{left}mm",
    }
    page = _PAGE
    for name, figure in figures.items():
        page = page.replace(name, figure)
    return page.encode()


def to_pdf(document: Document) -> bytes:
    """The PDF, looking the same on every machine: its fonts are the compiler's own."""
    made: bytes = typst.compile(
        _source(), format="pdf", sys_inputs=_inputs(document), font_paths=_fonts()
    )
    return made


def to_pictures(document: Document, *, dots_per_inch: float = 96) -> list[bytes]:
    """Each page as PNG."""
    # Of several pages the compiler gives a list, which its stubs do not say.
    made: Any = typst.compile(
        _source(),
        format="png",
        ppi=dots_per_inch,
        sys_inputs=_inputs(document),
        font_paths=_fonts(),
    )
    return made if isinstance(made, list) else [made]


def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False)


def _inputs(document: Document) -> dict[str, str]:
    return {"document": json.dumps(_data(document), ensure_ascii=False)}


def _data(document: Document) -> dict[str, Any]:
    head = document.letterhead
    return {
        "kind": paper.clean(document.kind),
        "about": paper.clean(document.about),
        "marks": document.marks,
        "invented": document.invented,
        "watermark": paper.INVENTED,
        "nation": paper.NATION,
        "motto": paper.MOTTO,
        "recipients": paper.RECIPIENTS,
        "letterhead": {
            "over": paper.clean(head.over),
            "issuer": paper.clean(head.issuer),
            "number": paper.clean(head.number),
            "dated": paper.clean(head.dated),
        },
        "blocks": [_block(each) for each in document.blocks],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"is": "heading", "text": paper.clean(block.text), "level": block.level}
        case Paragraph():
            runs = [
                {"text": paper.clean(run.text), "bold": run.bold, "italic": run.italic}
                for run in block.runs
            ]
            return {"is": "paragraph", "runs": runs, "align": block.align}
        case Table():
            return {
                "is": "table",
                "headers": paper.cleaned(block.headers),
                "rows": [paper.cleaned(row) for row in block.rows],
                "shares": block.shares,
            }
        case Signature():
            return {
                "is": "signature",
                "capacity": paper.cleaned(block.capacity),
                "name": paper.clean(block.name),
                "recipients": paper.cleaned(block.recipients),
            }
        case PageBreak():
            return {"is": "page_break"}
