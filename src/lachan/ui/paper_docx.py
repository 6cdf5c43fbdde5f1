"""A document as Word, for an office that mends a draft before it is signed."""

from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lachan.ui import paper
from lachan.ui.paper import Block, Document, Heading, PageBreak, Paragraph, Signature, Table

#: The media type of what `to_docx` gives.
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

#: The typeface of state papers.  Source: Decree 30/2020, Appendix I, section I.3.
FONT = "Times New Roman"

#: Millimetres: the first line's indent, and the room for a seal and a signature.
INDENT_MM, SEAL_MM = 10, 22

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}


def to_docx(document: Document) -> bytes:
    """The Word file."""
    made = docx.Document()
    made.core_properties.title = paper.clean(f"{document.kind} {document.about}")
    made.core_properties.author = paper.clean(document.letterhead.issuer)
    _set_page(made, document)
    _write_letterhead(made, document)
    _write_title(made, document)
    for block in document.blocks:
        _write(made, block)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def _set_page(made: Any, document: Document) -> None:
    """A4 with its edges; the page's number from the second on, the marks on every page."""
    section = made.sections[0]
    top, right, bottom, left = paper.MARGINS_MM
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance = Mm(9)
    section.different_first_page_header_footer = True
    style = made.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(paper.TEXT_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(6)
    marks = " · ".join(document.marks)
    for header, numbered in ((section.first_page_header, False), (section.header, True)):
        if numbered:
            _number(header.paragraphs[0])
        if marks:
            line = header.add_paragraph() if numbered else header.paragraphs[0]
            _put(line, marks, "right", size=10.5, bold=True)


def _number(line: Any) -> None:
    """The number of the page, in the middle of its top."""
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = line.add_run()
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._r.append(part)


def _write_letterhead(made: Any, document: Document) -> None:
    head = document.letterhead
    cells = made.add_table(rows=1, cols=2).rows[0].cells
    for cell, wide in zip(cells, (66, 96), strict=True):
        cell.width = Mm(wide)
    left = [(head.over.upper(), 12.0, False, False), (head.issuer.upper(), 12.0, True, False)]
    left += [("_______", 8.0, False, False), (head.number, 13.0, False, False)]
    _stack(cells[0], left)
    right = [(paper.NATION, 12.0, True, False), (paper.MOTTO, 13.0, True, False)]
    right += [("_______________", 8.0, False, False), (head.dated, 13.0, False, True)]
    _stack(cells[1], right)


def _stack(cell: Any, lines: list[tuple[str, float, bool, bool]]) -> None:
    """Lines in the middle of a cell, without space between them; empty ones are left out."""
    line = cell.paragraphs[0]
    for place, (text, size, bold, italic) in enumerate(line_ for line_ in lines if line_[0]):
        line = line if place == 0 else cell.add_paragraph()
        _put(line, text, "centre", size=size, bold=bold, italic=italic)
        line.paragraph_format.space_after = Pt(0)


def _write_title(made: Any, document: Document) -> None:
    title = _put(made.add_paragraph(), document.kind.upper(), "centre", bold=True)
    title.paragraph_format.space_before = Pt(12)
    title.paragraph_format.space_after = Pt(0)
    about = _put(made.add_paragraph(), document.about, "centre", bold=True)
    about.paragraph_format.space_after = Pt(0)
    _put(made.add_paragraph(), "__________", "centre", size=8)


def _put(
    line: Any,
    text: str,
    align: str,
    *,
    size: float | None = None,
    bold: bool = False,
    italic: bool = False,
) -> Any:
    line.alignment = _ALIGN[align]
    run = line.add_run(paper.clean(text))
    run.bold, run.italic = bold, italic
    if size is not None:
        run.font.size = Pt(size)
    return line


def _write(made: Any, block: Block) -> None:
    match block:
        case Heading():
            line = made.add_paragraph()
            _put(line, block.text, "centre" if block.level == 1 else "left", bold=True)
            line.paragraph_format.keep_with_next = True
        case Paragraph():
            _write_paragraph(made, block)
        case Table():
            _write_table(made, block)
        case Signature():
            _write_signature(made, block)
        case PageBreak():
            made.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _write_paragraph(made: Any, block: Paragraph) -> None:
    line = made.add_paragraph()
    for run in block.runs:
        _put(line, run.text, block.align, bold=run.bold, italic=run.italic)
    if block.align == "justify":
        line.paragraph_format.first_line_indent = Mm(INDENT_MM)


def _write_table(made: Any, block: Table) -> None:
    """Rows straight into the XML's cells: an annex has up to 500, and a look-up each is slow."""
    table = made.add_table(rows=1 + len(block.rows), cols=len(block.headers), style="Table Grid")
    whole = 210 - paper.MARGINS_MM[1] - paper.MARGINS_MM[3]
    widths = [Mm(whole * share / sum(block.shares)) for share in block.shares]
    for place, (row, texts) in enumerate(
        zip(table.rows, (block.headers, *block.rows), strict=True)
    ):
        for cell, text, wide in zip(row.cells, texts, widths, strict=True):
            cell.width = wide
            line = cell.paragraphs[0]
            align = "centre" if place == 0 else "left"
            _put(line, text, align, size=paper.TABLE_PT, bold=place == 0)
            line.paragraph_format.space_after = Pt(2)
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(again)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _write_signature(made: Any, block: Signature) -> None:
    left, right = made.add_table(rows=1, cols=2).rows[0].cells
    line = left.paragraphs[0]
    if block.recipients:
        _put(line, paper.RECIPIENTS, "left", size=12, bold=True, italic=True)
        line.paragraph_format.space_after = Pt(0)
    for text in block.recipients:
        line = _put(left.add_paragraph(), f"- {text}", "left", size=paper.RECIPIENTS_PT)
        line.paragraph_format.space_after = Pt(0)
    _stack(right, [(text, paper.TEXT_PT, True, False) for text in block.capacity])
    name = _put(right.add_paragraph(), block.name, "centre", bold=True)
    name.paragraph_format.space_before = Mm(SEAL_MM)
