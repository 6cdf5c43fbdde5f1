"""On paper: appointment slips with a code, and the list of a lane for its neighbourhood head.

A slip holds a name, a year, a time and a place; its code holds a pseudonym, signed, never an
identity number, and nothing about health.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import typst
import zxingcpp
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lachan.core.installation import is_demo
from lachan.core.signing import signing_key
from lachan.credentials.tokens import issue
from lachan.people.selectors import trace_ids_of
from lachan.sampling.campaign_slot_reading import Coming
from lachan.sampling.models import Appointment, Campaign, Slot
from lachan.ui.documents import Document, Letterhead, Table, said, to_pdf
from lachan.ui.wording import clock, day, full_date

#: How long the code of a slip is read after its time: whoever comes late is sampled too.
LATE = timedelta(days=2)

_PAGE = """
#set document(title: "Lá Chắn")
#set page(paper: "a4", margin: 8mm)
#set text(font: "Libertinus Serif", size: 11pt, fill: rgb("#15191d"))
#let slips = json(bytes(sys.inputs.slips))
#let slip(s) = box(width: 95mm, height: 136mm, inset: 5mm, stroke: 0.6pt + rgb("#15191d"), {
  text(14pt, weight: "bold")[Lá Chắn]
  h(1fr)
  text(9.5pt)[Giấy hẹn lấy mẫu \\ Sampling appointment]
  v(-1mm)
  line(length: 100%, stroke: 2pt + rgb("#15191d"))
  text(22pt, weight: "bold")[#s.time]
  linebreak()
  text(13pt)[#s.day #h(2mm) #text(9.5pt)[#s.day_en]]
  linebreak()
  text(13pt, weight: "bold")[#s.site]
  v(1mm)
  align(center, image(bytes(s.code), format: "svg", width: 50mm, height: 50mm))
  text(15pt, weight: "bold")[#s.name]
  linebreak()
  text(10.5pt)[Sinh năm / Born #s.year #h(1fr) #s.home]
  v(1fr)
  line(length: 100%, stroke: 0.6pt + rgb("#15191d"))
  text(8.5pt)[Mang giấy này đến đúng giờ để quét mã. Cả nhà đến cùng nhau. Không đến được: báo tổ
    trưởng hoặc Trạm Y tế. \\ Bring this slip; come together. If you cannot, tell the head of the
    neighbourhood or the health station.]
})
#grid(columns: (1fr, 1fr), gutter: 2mm, ..slips.map(slip))
"""


def slips_pdf(coming: Sequence[Coming], trace_ids: Mapping[UUID, UUID]) -> bytes:
    """Four slips a page for everybody of the list who has an appointment and whom one may name."""
    told = [
        _slip(one, one.appointment.slot, trace_ids[one.member.person_id])
        for one in coming
        if one.appointment is not None
        and one.card is not None
        and one.member.person_id in trace_ids
    ]
    fonts = typst.Fonts(include_system_fonts=False)
    made = typst.compile(
        _PAGE.encode(),
        format="pdf",
        sys_inputs={"slips": json.dumps(told, ensure_ascii=False)},
        font_paths=fonts,
    )
    assert isinstance(made, bytes)
    return made


def _slip(one: Coming, slot: Slot, trace_id: UUID) -> dict[str, str]:
    assert one.card is not None
    until = int((slot.ends_at + LATE).timestamp())
    token = issue(signing_key(), kind="slip", pseudonym=trace_id.bytes, expires_at=until)
    with translation.override("en"):
        day_en = day(slot.starts_at)
    with translation.override("vi"):
        said_day = day(slot.starts_at)
    return {
        "time": f"{clock(slot.starts_at)} – {clock(slot.ends_at)}",
        "day": said_day,
        "day_en": day_en,
        "site": slot.site,
        "name": one.card.name,
        "year": str(one.card.birth_year or "–"),
        "home": " · ".join(part for part in (one.member.place, one.member.house) if part),
        "code": code_svg(token),
    }


def code_svg(text: str) -> str:
    """A QR code as a drawing."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return str(barcode.to_svg(add_quiet_zones=True))


def own_picture(appointment: Appointment) -> str:
    """The code of one's own appointment as the source of an image: the same as on the slip."""
    trace_id = trace_ids_of([appointment.person_id]).get(appointment.person_id)
    if trace_id is None:
        return ""
    until = int((appointment.slot.ends_at + LATE).timestamp())
    token = issue(signing_key(), kind="slip", pseudonym=trace_id.bytes, expires_at=until)
    return "data:image/svg+xml;base64," + b64encode(code_svg(token).encode()).decode()


def lane_pdf(campaign: Campaign, place: str, coming: Sequence[Coming], issuer: str) -> bytes:
    """The list of a lane for whoever goes from door to door: who comes when, who has no phone."""
    with translation.override("vi"):
        rows = tuple(
            (
                str(number),
                one.card.name if one.card else "",
                str(one.card.birth_year or "") if one.card else "",
                one.member.house,
                (one.card.phone or _("no phone")) if one.card else "",
                _time(one),
            )
            for number, one in enumerate(coming, start=1)
        )
        document = Document(
            Letterhead(issuer=issuer, day=campaign.starts_on),
            kind=_("List"),
            about=_("of those who are asked to come for sampling: %(place)s") % {"place": place},
            blocks=(
                said(campaign.name, "centre", bold=True),
                Table(
                    (
                        _("No."),
                        _("Full name"),
                        _("Born"),
                        pgettext("sampling", "House"),
                        _("Phone"),
                        _("Time and place"),
                    ),
                    rows,
                    (0.5, 2.2, 0.7, 0.9, 1.3, 2.4),
                ),
                said(
                    _(
                        "Give everybody his slip, those without a phone first. Then destroy this"
                        " list."
                    ),
                    italic=True,
                ),
            ),
            draft=False,
            invented=is_demo(),
        )
        return to_pdf(document)


def _time(one: Coming) -> str:
    if one.appointment is None:
        return ""
    slot = one.appointment.slot
    return f"{clock(slot.starts_at)} {full_date(slot.starts_at)}, {slot.site}"
