"""What a human does with a list: sends it, maps its columns, chooses groups, lets it go."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, reading_a_file
from lachan.formats.columns import REPEATABLE, ROLES
from lachan.formats.listed import RefusedRow
from lachan.formats.sheets import SheetRefused
from lachan.formats.vietnamese import fold
from lachan.places.models import Organisation
from lachan.tracing import roster_files
from lachan.tracing.models import Case, ColumnMemory, Roster
from lachan.tracing.roster_reading import Preview, people_of, preview, preview_of, remembered

#: bytes; a list of 100,000 people takes about 8 million.
LARGEST = 20_000_000

#: The fact the worker waits for.
FACT = "tracing.roster"


def send(
    *, case: Case, data: bytes, file_name: str, kind: str, name: str, by: Principal
) -> tuple[Roster, bool]:
    """Keep a list for a case and read its head; (the list, whether it is new).

    The same file again is the same list: where its bytes are gone they are kept again, so that
    further groups can be chosen.  Refused: roster_file_large, roster_file_unreadable.
    """
    if len(data) > LARGEST:
        raise Refused(
            "roster_file_large", _("The file is larger than 20 MB. Send the sheet alone.")
        )
    digest = sha256(data).hexdigest()
    known = Roster.objects.select_for_update().filter(case=case, digest=digest).first()
    if known is not None:
        _take_up_again(known, data)
        return known, False
    seen = _read_or_refuse(data, file_name)
    roster = Roster(
        case=case,
        name=name.strip()[:120],
        kind=kind,
        organisation=_registered(name, case.province),
        file_name=file_name[-120:],
        digest=digest,
        sheet=seen.sheet.name,
        signature=seen.table.signature,
        commune_of_stay=case.commune,
        province_of_stay=case.province,
        uploaded_at=now(),
        uploaded_by=by.account,
        uploaded_by_name=by.name,
        commune=case.commune,
        province=case.province,
    )
    roster.roles = _roles_for(roster, seen)
    roster.save(force_insert=True)
    roster_files.keep(roster, data)
    audit.record("roster.sent", target=("case", case.id), by=by, detail={"roster": str(roster.id)})
    ring(FACT)
    return roster, True


def _take_up_again(roster: Roster, data: bytes) -> None:
    if roster.state == Roster.State.IMPORTING or roster_files.is_kept(roster):
        return
    roster_files.keep(roster, data)


def _read_or_refuse(data: bytes, file_name: str, sheet: str = "") -> Preview:
    reading_a_file()
    try:
        return preview_of(data, file_name, sheet)
    except SheetRefused as refused:
        raise Refused("roster_file_unreadable", sheet_sentence(refused.code)) from None


def sheet_sentence(code: str) -> str:
    """Why a file cannot be read, and what to do."""
    return {
        "sheet_kind": _("Send an Excel file (.xlsx, .xls), an .ods or a .csv file."),
        "sheet_broken": _("The file cannot be opened. Open it, save it as .xlsx and send that."),
        "sheet_locked": _("The file has a password. Save it without one and send that."),
        "sheet_empty": _("There is nothing in the file."),
        "sheet_large": _("The file has more than 200,000 rows or 200 columns. Send a part of it."),
    }[code]


def _registered(name: str, province: int) -> UUID | None:
    """The registered body of that name in the province, when there is just one."""
    found = Organisation.objects.filter(folded=fold(name), province=province)[:2]
    return found[0].id if len(found) == 1 else None


def _roles_for(roster: Roster, seen: Preview) -> list[str]:
    known = remembered(roster)
    return known if known is not None and len(known) == len(seen.guessed) else seen.guessed


def choose_sheet(*, roster: Roster, sheet: str, by: Principal) -> None:
    """Read another sheet of the same book."""
    _still_open(roster)
    seen = _read_or_refuse(roster_files.opened(roster), roster.file_name, sheet)
    roster.sheet = seen.sheet.name
    roster.signature = seen.table.signature
    roster.roles = _roles_for(roster, seen)
    roster.state = Roster.State.READ
    roster.save(update_fields=["sheet", "signature", "roles", "state"])
    audit.record("roster.sheet_chosen", target=("roster", roster.id), by=by)


def map_columns(*, roster: Roster, roles: Sequence[str], by: Principal) -> None:
    """Say what each column is; the next list with this header is read so by itself.

    Refused: roster_role_unknown, roster_role_twice, roster_no_name, roster_nobody.
    """
    _still_open(roster)
    chosen = _checked_roles(roster, roles)
    roster.roles = chosen
    people = people_of(roster)
    refused = sum(isinstance(row, RefusedRow) for row in people)
    if refused == len(people):
        raise Refused(
            "roster_nobody", _("Nobody can be read so. Look at what each column is taken for.")
        )
    roster.rows, roster.refused = len(people), refused
    roster.state = Roster.State.MAPPED
    roster.save(update_fields=["roles", "rows", "refused", "state"])
    _remember(roster, chosen)
    audit.record("roster.mapped", target=("roster", roster.id), by=by, detail={"roles": chosen})


def _checked_roles(roster: Roster, roles: Sequence[str]) -> list[str]:
    width = len(preview(roster).guessed)
    chosen = [role if role in ROLES else "" for role in roles][:width]
    if len(chosen) != width or any(role and role not in ROLES for role in roles):
        raise Refused(
            "roster_role_unknown", _("The columns of the file have changed. Load the page again.")
        )
    used = [role for role in chosen if role and role not in REPEATABLE]
    if len(used) != len(set(used)):
        raise Refused("roster_role_twice", _("Two columns are taken for the same. Change one."))
    if not {"name", "given"} & set(chosen):
        raise Refused("roster_no_name", _("Say which column holds the name."))
    return chosen


def _remember(roster: Roster, roles: list[str]) -> None:
    ColumnMemory.objects.update_or_create(
        signature=roster.signature,
        organisation=roster.organisation,
        commune=roster.commune,
        defaults={"roles": roles, "remembered_at": now(), "province": roster.province},
    )


def start_import(
    *,
    roster: Roster,
    close: Sequence[str],
    shift: str = "",
    first_at: datetime | None = None,
    last_at: datetime | None = None,
    stay: tuple[int, int] | None = None,
    by: Principal,
) -> None:
    """Choose the groups the case was in and have the list imported.

    `stay`: commune and province of people without a legible address, the case's when left out.
    An imported list may be imported again with further groups; nobody is entered twice.
    Refused: roster_map_first, roster_running, roster_no_group, roster_times.
    """
    if roster.state == Roster.State.IMPORTING:
        raise _running()
    if roster.state == Roster.State.READ:
        raise Refused("roster_map_first", _("First say what the columns are."))
    if not close:
        raise Refused("roster_no_group", _("Choose at least one group in which the case was."))
    if first_at and last_at and last_at < first_at:
        raise Refused("roster_times", _("The last time together is before the first."))
    roster_files.opened(roster)
    roster.close = sorted({*roster.close, *close}) if roster.imported_at else sorted(set(close))
    roster.shift = shift
    roster.first_at, roster.last_at = first_at, last_at
    if stay is not None:
        roster.commune_of_stay, roster.province_of_stay = stay
    roster.state = Roster.State.IMPORTING
    roster.failure = ""
    roster.asked_at, roster.asked_by, roster.asked_by_name = now(), by.account, by.name
    roster.done_row = 0
    for count in ("accepted", "refused", "known", "named", "linked", "unplaced"):
        setattr(roster, count, 0)
    roster.save()
    audit.record(
        "roster.import_asked",
        target=("case", roster.case_id),
        by=by,
        detail={"roster": str(roster.id), "groups": len(roster.close)},
    )
    ring(FACT)


def let_go(*, roster: Roster, by: Principal) -> None:
    """Destroy the file now; what was imported stays.  Refused: roster_running."""
    if roster.state == Roster.State.IMPORTING:
        raise _running()
    roster_files.let_go(roster)
    audit.record("roster.file_destroyed", target=("roster", roster.id), by=by)
    ring(FACT)


def _still_open(roster: Roster) -> None:
    if roster.state == Roster.State.IMPORTING:
        raise _running()


def _running() -> Refused:
    return Refused("roster_running", _("This list is being imported. Wait a moment."), status=409)
