"""Papers for signing outside: what is in the records is on the paper, and nothing else."""

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest

from lachan.ui.documents import (
    Document,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    Run,
    Signature,
    Table,
    said,
    to_docx,
    to_pdf,
    to_pictures,
)

#: Names as a hand, a file or an enemy might write them.
NAMES = (
    'Trần "Tí" #Văn $An$',
    "Nông \\ *Thị* [Bé] @x",
    "#panic(1) ]] <w:t>&amp;",
    "Vàng\x00 A\x1b Páo",
)

DECISION = Document(
    Letterhead(
        issuer="Ủy ban nhân dân phường Nếnh",
        over="Tỉnh Bắc Ninh",
        number="Số:      /QĐ-UBND",
        place="Nếnh",
        day=date(2026, 2, 7),
    ),
    kind="Quyết định",
    about="về việc cách ly y tế tại nhà",
    blocks=(
        said("Căn cứ Luật Phòng bệnh;", italic=True),
        Heading("QUYẾT ĐỊNH:", 1),
        Paragraph((Run("Điều 1. ", bold=True), Run("Cách ly y tế tại nhà 4 người."))),
        Signature(("CHỦ TỊCH",), "Nguyễn Văn Bình", ("Như Điều 3;", "Lưu: VT.")),
        PageBreak(),
        Heading("DANH SÁCH", 1),
        Table(("STT", "Họ và tên"), tuple((str(n), name) for n, name in enumerate(NAMES, 1))),
    ),
)


def words(document: Document) -> str:
    """Everything a reader of the Word file sees, tables and top edges included."""
    made = docx.Document(io.BytesIO(to_docx(document)))
    section = made.sections[0]
    parts: list[Any] = [made, section.header, section.first_page_header]
    lines = [line.text for part in parts for line in part.paragraphs]
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines + cells)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_word_file_holds_every_word() -> None:
    text = words(DECISION)

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "ỦY BAN NHÂN DÂN PHƯỜNG NẾNH" in text
    assert "Số:      /QĐ-UBND" in text
    assert "Nếnh, ngày 07 tháng 02 năm 2026" in text
    assert "Điều 1. Cách ly y tế tại nhà 4 người." in text
    assert "Nguyễn Văn Bình" in text
    assert "- Lưu: VT." in text


def test_a_name_is_never_markup() -> None:
    text = words(DECISION)

    assert NAMES[0] in text
    assert NAMES[1] in text
    assert NAMES[2] in text
    assert "Vàng  A  Páo" in text
    assert pages(to_pdf(DECISION)) == 2


def test_a_line_of_the_pen_stays_open() -> None:
    undated = replace(DECISION, letterhead=replace(DECISION.letterhead, day=None))

    assert "Nếnh, ngày … tháng … năm …" in words(undated)


def test_a_draft_says_so_and_a_demo_too() -> None:
    final = replace(DECISION, draft=False)

    assert "DỰ THẢO" in words(DECISION)
    assert "DỮ LIỆU GIẢ LẬP" not in words(DECISION)
    assert "DỰ THẢO" not in words(final)
    assert "DỰ THẢO · DỮ LIỆU GIẢ LẬP" in words(replace(DECISION, invented=True))


def test_the_marks_stand_on_the_pdf_too() -> None:
    plain = to_pictures(replace(DECISION, draft=False), dots_per_inch=40)
    draft = to_pictures(DECISION, dots_per_inch=40)
    invented = to_pictures(replace(DECISION, invented=True), dots_per_inch=40)

    assert len(plain) == len(draft) == len(invented) == 2
    for one, other in ((plain, draft), (draft, invented)):
        assert all(a != b for a, b in zip(one, other, strict=True))


def test_an_annex_of_five_hundred_prints_with_its_head_on_every_page() -> None:
    rows = tuple((str(n), "Nguyễn Thị Bảy") for n in range(1, 501))
    annex = replace(DECISION, blocks=(Table(("STT", "Họ và tên"), rows),))

    pdf = to_pdf(annex)

    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) > 10
    made = docx.Document(io.BytesIO(to_docx(annex)))
    assert len(made.tables[1].rows) == 501
    assert "tblHeader" in made.tables[1].rows[0]._tr.xml


def test_a_table_has_as_many_cells_as_its_head() -> None:
    with pytest.raises(ValueError, match="as many cells"):
        Table(("STT", "Họ và tên"), (("1",),))
    with pytest.raises(ValueError, match="as many cells"):
        Table(("STT", "Họ và tên"), (), widths=(1.0,))


def test_the_same_records_make_the_same_paper() -> None:
    assert to_pictures(DECISION, dots_per_inch=40) == to_pictures(DECISION, dots_per_inch=40)
