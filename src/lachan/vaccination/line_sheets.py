"""The paper beside the machine: who is at which step, printed every half hour.

With it a site goes on when everything else is dead.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import typst
from django.db import connections
from django.db.models import Max
from django.utils.translation import override

from lachan.core import audit, looks
from lachan.core.clock import now
from lachan.core.scope import Principal
from lachan.people.selectors import PersonCard, cards_of
from lachan.ui.wording import clock, full_date
from lachan.vaccination import site_words
from lachan.vaccination.line_rules import line_rule
from lachan.vaccination.models import LineSheet, LineTicket, Session, SiteVisit

_PAGE = """
#let doc = json(bytes(sys.inputs.told))
#let ink = rgb("#15191d")
#set document(title: "Lá Chắn")
#set page(paper: "a4", flipped: true, margin: (x: 10mm, top: 10mm, bottom: 13mm),
  footer: context [#set text(9pt); Tờ #doc.sheet · #doc.session · in lúc #doc.at #h(1fr)
    Trang #counter(page).display() \\/ #counter(page).final().first()])
#set text(font: "Libertinus Serif", size: 9.5pt, fill: ink, lang: "vi")
#text(15pt, weight: "bold")[#doc.session] #h(1fr) #text(15pt, weight: "bold")[Tờ #doc.sheet]
#line(length: 100%, stroke: 2pt + ink)
#doc.what \\
Máy hỏng thì làm tiếp trên tờ này: tìm số thứ tự, ghi vào cột trống, người mới ghi xuống dòng trống
cuối. Giữ kín, nộp lại cơ sở tiêm chủng khi xong buổi.
#v(1mm)
#let h(t) = text(9pt, weight: "bold")[#t]
#table(
  columns: (9mm, 14mm, 50mm, 11mm, 46mm, 13mm, 1fr, 40mm, 22mm),
  align: horizon, stroke: 0.6pt + ink, inset: (x: 1.3mm, y: 1.5mm),
  table.header(h[\\#], h[Số], h[Họ và tên], h[Năm sinh], h[Bước], h[Từ lúc], h[Sàng lọc, mũi tiêm],
    h[Ghi tay: lô, tay, giờ], h[Ký]),
  ..doc.rows.map(r => r.map(t => [#t])).flatten(),
  ..range(doc.blank * 9).map(n => box(height: 5mm)),
)
"""

#: Empty lines behind the last one: who comes after the print.
BLANK = 12


@dataclass(frozen=True, slots=True)
class Paper:
    """When a sheet was printed last, and whether it is time for the next."""

    last: LineSheet | None
    minutes: int | None
    every: int
    late: bool


def paper_of(session: Session) -> Paper:
    """How old the paper of a session is.  Late: people came and nothing is printed for so long."""
    last = LineSheet.objects.filter(session=session).order_by("-number").first()
    came = LineTicket.objects.filter(session=session).order_by("received_at").first()
    since = last.made_at if last else came.received_at if came else None
    every = line_rule().paper_minutes
    minutes = int((now() - since) / timedelta(minutes=1)) if since else None
    open_ = session.state == Session.State.OPEN
    late = open_ and minutes is not None and minutes >= every
    return Paper(last, minutes if last else None, every, late)


def print_sheet(*, session: Session, everybody: bool, by: Principal) -> tuple[LineSheet, bytes]:
    """The next sheet: who changed since the last one, or everybody who came.  Every name on it is a
    look."""
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 6))", [str(session.id)])
    made_at = now()
    last = LineSheet.objects.filter(session=session).order_by("-number").first()
    since = last.made_at if last and not everybody else None
    rows = _rows(session, since, by)
    top = LineSheet.objects.filter(session=session).aggregate(top=Max("number"))["top"]
    sheet = LineSheet(
        session=session,
        organisation=session.organisation,
        number=(top or 0) + 1,
        since=since,
        people=len(rows),
        made_at=made_at,
        made_by=by.account,
    )
    sheet.save(force_insert=True)
    audit.record(
        "session.paper_printed",
        target=("session", session.id),
        by=by,
        detail={"sheet": sheet.number, "people": len(rows)},
    )
    return sheet, _pdf(sheet, session, rows)


def _rows(session: Session, since: datetime | None, by: Principal) -> list[list[str]]:
    visits = SiteVisit.objects.filter(session=session).select_related("dose__lot")
    tickets = LineTicket.objects.filter(session=session, person=None).exclude(
        step=LineTicket.Step.VOID
    )
    if since is not None:
        visits, tickets = visits.filter(changed_at__gt=since), tickets.filter(changed_at__gt=since)
    found = list(visits.order_by("letter", "number", "received_at"))
    cards = cards_of([one.person_id for one in found])
    looks.record_many(persons=cards, what="vaccination_paper", by=by)
    with override("vi"):
        known = [_visit(one, cards) for one in found]
        strange = [_stranger(one) for one in tickets.order_by("letter", "number")]
    return [[str(count), *row] for count, row in enumerate([*known, *strange], start=1)]


def _visit(one: SiteVisit, cards: Mapping[UUID, PersonCard]) -> list[str]:
    card = cards.get(one.person_id)
    times = (one.left_at, one.discharged_at, one.injected_at, one.problem_at, one.screened_at)
    at = next((time for time in (*times, one.received_at) if time), None)
    step = str(site_words.step_words(one.step))
    if one.problem:
        step = f"{step}: {site_words.problem_words(one.problem)}"
    return [
        f"{one.letter}{one.number or ''}",
        card.name if card else "",
        str(card.birth_year or "") if card else "",
        step,
        clock(at) if at else "",
        _done(one),
        *("", ""),
    ]


def _done(one: SiteVisit) -> str:
    outcome = str(one.screening.get("outcome", ""))
    said = str(site_words.outcome_words(outcome)) if outcome else ""
    if one.dose is None:
        return said
    lot = one.dose.lot.number if one.dose.lot else one.dose.lot_text
    return f"{said}; {one.dose.product} {lot}"


def _stranger(row: LineTicket) -> list[str]:
    """Somebody of whom only the number is known here: his card is in no register yet."""
    step = str(site_words.step_words(row.step))
    return [row.label, "(thẻ chưa có trong hệ thống)", "", step, clock(row.since), "", "", ""]


def _pdf(sheet: LineSheet, session: Session, rows: Sequence[Sequence[str]]) -> bytes:
    with override("vi"):
        at = f"{clock(sheet.made_at)} {full_date(sheet.made_at)}"
        since = f"từ {clock(sheet.since)}" if sheet.since else "từ đầu buổi"
    told: dict[str, Any] = {
        "session": session.name,
        "sheet": sheet.number,
        "at": at,
        "what": f"Người có thay đổi {since}: {len(rows)} dòng.",
        "rows": rows,
        "blank": BLANK,
    }
    made = typst.compile(
        _PAGE.encode(),
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        font_paths=typst.Fonts(include_system_fonts=False),
    )
    assert isinstance(made, bytes)
    return made
