"""Printed slips of people without a phone: a code, a name, a year; nothing else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import typst
from django.db import connections
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext as _

from lachan.core import looks
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.signing import signing_key
from lachan.credentials.tokens import Declared, issue
from lachan.declarations.models import Declaration
from lachan.declarations.selectors import latest
from lachan.gate.passes import code_svg
from lachan.people.selectors import trace_ids_of
from lachan.ui.wording import clock, full_date

_PAGE = """
#set document(title: "Lá Chắn")
#set page(width: 105mm, height: 148mm, margin: 9mm)
#set text(font: "Libertinus Serif", size: 11pt, fill: rgb("#15191d"))
#text(15pt, weight: "bold")[Lá Chắn] #h(1fr) #text(10pt)[#sys.inputs.title]
#line(length: 100%, stroke: 2.4pt + rgb("#15191d"))
#v(4mm)
#align(center, image(bytes(sys.inputs.code), format: "svg", width: 60mm, height: 60mm))
#v(4mm)
#text(19pt, weight: "bold")[#sys.inputs.name] \\
#text(12pt)[Sinh năm / Born #sys.inputs.year]
#v(1fr)
#line(length: 100%, stroke: 0.8pt + rgb("#15191d"))
#text(9.5pt)[#sys.inputs.vi \\
#sys.inputs.en]
"""


@dataclass(frozen=True, slots=True)
class _Words:
    """What a kind of slip says beside the code, the name and the year."""

    title: str
    vi: str
    en: str


def slip(*, name: str, year: int | None, token: str, until: datetime) -> bytes:
    """The PDF, half of A5 upright.  No identity number, no phone, nothing about health."""
    words = _Words(
        "Phiếu mã cá nhân / Personal code",
        f"Đưa phiếu này cho người giữ cổng quét. Dùng được đến hết {_day(until, 'vi')}."
        " Mất phiếu: báo Trạm Y tế để cấp phiếu mới.",
        f"Show this slip at the gate. Valid to the end of {_day(until, 'en')}."
        " If lost, ask the health station for a new one.",
    )
    return _printed(token, words, name=name, year=year)


def declaration_to_print(by: Principal, declaration: UUID) -> Declaration:
    """A declaration the reader sees, with the look on record, or 404."""
    found = Declaration.objects.filter(pk=declaration).first()
    if found is None:
        raise Http404
    looks.record(person=found.person_id, what="declaration", by=by)
    return found


def declaration_slip(declaration: Declaration, *, name: str, year: int | None) -> bytes:
    """The PDF of what somebody without a phone declared, for as long as it counts.

    The code holds the pseudonym, the two hours and the two facts, signed; the paper says whose it
    is and until when, and nothing of what was declared.  Refused: declaration_over,
    newer_declaration.
    """
    if declaration.valid_until <= now():
        raise Refused(
            "declaration_over", _("This declaration counts no more. Declare again, then print.")
        )
    trace_id = trace_ids_of([declaration.person_id])[declaration.person_id]
    if _is_followed(declaration, trace_id):
        raise Refused(
            "newer_declaration", _("There is a newer declaration of this person. Print that one.")
        )
    until = declaration.valid_until
    token = issue(
        signing_key(),
        kind="declaration",
        pseudonym=trace_id.bytes,
        expires_at=int(until.timestamp()),
        declared=Declared(
            at=int(declaration.at.timestamp()),
            symptoms=declaration.symptoms,
            contact=declaration.contact,
        ),
    )
    words = _Words(
        "Phiếu khai báo y tế / Health declaration",
        f"Đưa phiếu này cho người kiểm soát ra vào quét. Dùng được đến {clock(until)}"
        f" ngày {_day(until, 'vi')}. Sức khỏe thay đổi thì khai lại.",
        f"Show this slip at the gate. Valid until {clock(until)} on {_day(until, 'en')}."
        " Declare again when you feel different.",
    )
    return _printed(token, words, name=name, year=year)


def _day(at: datetime, language: str) -> str:
    """A day in the language of its line: the paper speaks both, whoever prints it."""
    with translation.override(language):
        return full_date(at)


def _is_followed(declaration: Declaration, trace_id: UUID) -> bool:
    """Whether a newer one is known: to this reader, or to the gates, which see the newest of all.

    Without it, somebody well yesterday and ill today could have yesterday's printed.
    """
    seen = latest(declaration.person_id)
    with connections["default"].cursor() as cursor:
        cursor.execute("select declared_at from gate_facts(%s, %s)", [trace_id, now()])
        row = cursor.fetchone()
    known = [seen.at if seen else None, row[0] if row else None]
    return any(at is not None and at > declaration.at for at in known)


def _printed(token: str, words: _Words, *, name: str, year: int | None) -> bytes:
    inputs = {
        "code": code_svg(token),
        "title": words.title,
        "name": name,
        "year": str(year or "–"),
        "vi": words.vi,
        "en": words.en,
    }
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.compile(_PAGE.encode(), format="pdf", sys_inputs=inputs, font_paths=fonts)
    assert isinstance(made, bytes)
    return made
