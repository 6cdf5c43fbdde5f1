"""Documents for signing outside, as Word (`to_docx`) and PDF (`to_pdf`); the records are `paper`'s.

document = Document(
    Letterhead(issuer="Ủy ban nhân dân xã …", number="Số: …/QĐ-UBND", place="…"),
    kind="Quyết định",
    about="về việc …",
    blocks=(said("Căn cứ …", italic=True), Table(("STT", "Họ và tên"), rows), Signature(…)),
    invented=is_demo(),
)
"""

from lachan.ui.paper import Block as Block
from lachan.ui.paper import Document as Document
from lachan.ui.paper import Heading as Heading
from lachan.ui.paper import Letterhead as Letterhead
from lachan.ui.paper import PageBreak as PageBreak
from lachan.ui.paper import Paragraph as Paragraph
from lachan.ui.paper import Run as Run
from lachan.ui.paper import Signature as Signature
from lachan.ui.paper import Table as Table
from lachan.ui.paper import said as said
from lachan.ui.paper_docx import WORD as WORD
from lachan.ui.paper_docx import to_docx as to_docx
from lachan.ui.paper_pdf import PDF as PDF
from lachan.ui.paper_pdf import to_pdf as to_pdf
from lachan.ui.paper_pdf import to_pictures as to_pictures
