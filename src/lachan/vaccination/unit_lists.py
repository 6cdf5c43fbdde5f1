"""The list of an organisation: its bytes sealed when they come, destroyed in time."""

from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import PurePath
from uuid import UUID

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.keys import keyring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.credentials import envelope
from lachan.formats.copies import Marks, marked_copy
from lachan.formats.listed import Listed, RefusedRow, read_people
from lachan.places.models import Organisation
from lachan.rulebook.selectors import priority_rule
from lachan.ui.lists import read_list, refusal_text, row_refusal
from lachan.vaccination.models import UnitList

#: What the worker waits for when a list was sent.
FACT = "vaccination.unit_list"

#: A list whose refusals wait to be put right: two shifts and a night.
KEPT = timedelta(hours=24)

#: Columns whose numbers begin with zeros.
WITH_ZEROS = frozenset({"phone", "document", "code"})

#: Columns of the template and how wide they are, in characters.
TEMPLATE = (
    ("Họ và tên", 28),
    ("Ngày sinh", 14),
    ("Giới tính", 10),
    ("Số CCCD", 18),
    ("Số điện thoại", 16),
    ("Địa chỉ", 36),
    ("Tổ, chuyền, lớp", 18),
    ("Mã nhân viên", 14),
)
#: Rows of the template in which numbers keep their leading zeros.
TEMPLATE_ROWS = 2_000


def template() -> bytes:
    """An empty list with its header; numbers are kept as text."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Danh sách"
    sheet.append([name for name, _width in TEMPLATE])
    for at, (name, width) in enumerate(TEMPLATE, 1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = width
        sheet[f"{letter}1"].font = Font(bold=True)
        if name.startswith(("Số", "Ngày", "Mã")):
            sheet.column_dimensions[letter].number_format = "@"
            for row in range(2, TEMPLATE_ROWS + 2):
                sheet[f"{letter}{row}"].number_format = "@"
    sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def groups_for(disease: str, province: int) -> list[tuple[str, dict[str, str]]]:
    """Groups an organisation's list proves: (code, names)."""
    rule = priority_rule(disease, now(), province=province)
    return [(g.code, dict(g.names)) for g in rule.groups if g.proof == "organisation"]


def send(*, disease: str, group: str, data: bytes, file_name: str, by: Principal) -> UnitList:
    """Keep a list sealed and let the worker take it in; the same file again is the same list.

    Refused: no_organisation, group_unknown, list_large, list_unreadable, list_no_name.
    """
    body = Organisation.objects.filter(pk=by.organisation).first() if by.organisation else None
    if body is None or body.commune is None or body.province is None:
        raise Refused("no_organisation", _("Sign in for the organisation whose list it is."))
    if group and group not in dict(groups_for(disease, body.province)):
        raise Refused("group_unknown", _("There is no such group in the order in force."))
    digest = sha256(data).hexdigest()
    known = UnitList.objects.filter(organisation=body.id, disease=disease, digest=digest).first()
    if known is not None:
        return known
    _sheet, table, guessed = read_list(data, file_name)
    headers = [text[:120] for text in table.headers]
    keys = keyring()
    version = keys.sealing_version
    key, made = envelope.new_key(), uuid7()
    row = UnitList(
        id=made,
        organisation=body.id,
        disease=disease,
        group=group,
        file_name=file_name[-120:],
        digest=digest,
        headers=headers,
        roles=remembered(body.id, headers) or guessed,
        wrapped=envelope.wrap_key(keys.key_encryption[version], version, key),
        sealed=envelope.seal(key, data, made.bytes),
        keep_until=now() + KEPT,
        sent_at=now(),
        sent_by=by.account,
        commune=body.commune,
        province=body.province,
    )
    row.save(force_insert=True)
    audit.record("vaccination.list_sent", target=("organisation", body.id), by=by)
    ring(FACT)
    return row


def remembered(organisation: UUID, headers: list[str]) -> list[str] | None:
    """What the columns of the last list with these headers were taken for."""
    rows = UnitList.objects.filter(organisation=organisation, headers=headers)
    last = rows.order_by("-sent_at").values_list("roles", flat=True).first()
    return list(last) if last else None


def map_columns(row: UnitList, roles: list[str], *, by: Principal) -> UnitList:
    """Say what the columns hold and read the list again from its first row; remembered for the
    next one.  Refused: columns_unreadable, list_gone."""
    if len(roles) != len(row.headers) or not {"name", "given"} & set(roles):
        raise Refused("columns_unreadable", _("Say which column holds the full name."))
    opened(row)
    row.roles, row.done_row, row.state = roles, 0, UnitList.State.WAITING
    row.rows = row.accepted = row.refused = row.fresh = row.self_made = row.joined = row.left = 0
    row.save()
    audit.record("vaccination.list_columns", target=("organisation", row.organisation), by=by)
    ring(FACT)
    return row


def opened(row: UnitList) -> bytes:
    """The bytes.  Refused: list_gone."""
    if row.keep_until <= now() or not row.sealed:
        raise Refused(
            "list_gone",
            _("The file was destroyed, because its time was over. Send it again to go on."),
            status=410,
        )
    key = envelope.unwrap_key(keyring().key_encryption, bytes(row.wrapped))
    return envelope.open_sealed(key, bytes(row.sealed), row.id.bytes)


def destroy_old() -> int:
    """Destroy bytes whose time is over; the counts stay.  Only in a system scope.  How many."""
    old = UnitList.objects.filter(keep_until__lte=now()).exclude(sealed=b"")
    return old.update(sealed=b"", wrapped=b"")


def people_of(row: UnitList) -> list[Listed | RefusedRow]:
    """Everybody of the list, in its order, by the columns as they were told."""
    sheet, table, guessed = read_list(opened(row), row.file_name)
    roles = row.roles if len(row.roles) == len(guessed) else guessed
    return list(read_people(sheet, table, roles, this_year=today().year))


def refusal_words(problems: list[str]) -> str:
    """Everything that is wrong with a row, in a sentence."""
    return refusal_text(problems, _said)


def _said(code: str) -> str:
    if code == "document_known":
        return _("Somebody else of the register has this document.")
    return row_refusal(code) or _("This row cannot be read.")


def errors_copy(row: UnitList, *, only_refused: bool) -> tuple[bytes, str]:
    """The same file with its refusals marked, and its name.  Refused: list_gone, list_all_taken."""
    refusals = list(row.refusals.order_by("row"))
    if not refusals:
        raise Refused("list_all_taken", _("Every row of this list was taken."))
    data = opened(row)
    sheet, table, _guessed = read_list(data, row.file_name)
    marks = Marks(
        sheet=sheet.name,
        title=_("Reason"),
        first_row=table.first_row + 1,
        reasons={each.row: refusal_words(each.problems) for each in refusals},
        wrong={
            each.row: [int(one.partition(":")[0]) for one in each.problems] for each in refusals
        },
        as_text=frozenset(at for at, role in enumerate(row.roles) if role in WITH_ZEROS),
        only_refused=only_refused,
    )
    copy, ending = marked_copy(data, row.file_name, marks)
    stem = PurePath(row.file_name).stem
    return copy, f"{stem}-{'can-sua' if only_refused else 'danh-dau'}{ending}"


def let_go(row: UnitList) -> None:
    """Destroy the bytes now; the counts and the named rows stay."""
    row.sealed, row.wrapped, row.keep_until = b"", b"", now()
    row.save(update_fields=["sealed", "wrapped", "keep_until"])
