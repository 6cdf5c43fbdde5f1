"""The list of a campaign: its bytes sealed when they come, read in parts, destroyed in time."""

from datetime import timedelta
from hashlib import sha256
from pathlib import PurePath

from django.utils.translation import gettext as _

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
from lachan.sampling.models import Campaign, CampaignFile
from lachan.ui.lists import read_list, refusal_text, row_refusal

#: What the worker waits for when a list was sent.
FACT = "sampling.campaign_file"

#: A list whose refusals wait to be put right.  Source: as `tracing.roster_files.KEPT`, two shifts.
KEPT = timedelta(hours=24)

#: Columns whose numbers begin with zeros.
WITH_ZEROS = frozenset({"phone", "document", "code"})


def send(*, campaign: Campaign, data: bytes, file_name: str, by: Principal) -> CampaignFile:
    """Keep a list sealed and let the worker take it in; the same file again is the same list.

    Refused: campaign_ended, list_large, list_unreadable, list_no_name.
    """
    if campaign.state == Campaign.State.ENDED:
        raise Refused("campaign_ended", _("This campaign has ended. Plan the next round."))
    digest = sha256(data).hexdigest()
    known = CampaignFile.objects.filter(campaign=campaign, digest=digest).first()
    if known is not None:
        return known
    read_list(data, file_name)
    keys = keyring()
    version = keys.sealing_version
    key, made = envelope.new_key(), uuid7()
    assert campaign.commune is not None
    row = CampaignFile(
        id=made,
        campaign=campaign,
        file_name=file_name[-120:],
        digest=digest,
        wrapped=envelope.wrap_key(keys.key_encryption[version], version, key),
        sealed=envelope.seal(key, data, made.bytes),
        keep_until=now() + KEPT,
        sent_at=now(),
        sent_by=by.account,
        sent_by_name=by.name,
        commune=campaign.commune,
        province=campaign.province,
    )
    row.save(force_insert=True)
    audit.record("campaign.list_sent", target=("campaign", campaign.id), by=by)
    ring(FACT)
    return row


def opened(row: CampaignFile) -> bytes:
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
    old = CampaignFile.objects.filter(keep_until__lte=now()).exclude(sealed=b"")
    return old.update(sealed=b"", wrapped=b"")


def people_of(row: CampaignFile) -> list[Listed | RefusedRow]:
    """Everybody of the list, in its order."""
    sheet, table, roles = read_list(opened(row), row.file_name)
    return list(read_people(sheet, table, roles, this_year=today().year))


def refusal_words(problems: list[str]) -> str:
    """Everything that is wrong with a row, in a sentence."""
    return refusal_text(problems, _said)


def _said(code: str) -> str:
    if code == "document_known":
        return _("Somebody else of the register has this document.")
    return row_refusal(code) or _("This row cannot be read.")


def errors_copy(row: CampaignFile, *, only_refused: bool) -> tuple[bytes, str]:
    """The same file with its refusals marked, and its name.  Refused: list_gone, list_all_taken."""
    refusals = list(row.refusals.order_by("row"))
    if not refusals:
        raise Refused("list_all_taken", _("Every row of this list was taken."))
    data = opened(row)
    sheet, table, roles = read_list(data, row.file_name)
    marks = Marks(
        sheet=sheet.name,
        title=_("Reason"),
        first_row=table.first_row + 1,
        reasons={each.row: refusal_words(each.problems) for each in refusals},
        wrong={
            each.row: [int(one.partition(":")[0]) for one in each.problems] for each in refusals
        },
        as_text=frozenset(at for at, role in enumerate(roles) if role in WITH_ZEROS),
        only_refused=only_refused,
    )
    copy, ending = marked_copy(data, row.file_name, marks)
    stem = PurePath(row.file_name).stem
    return copy, f"{stem}-{'can-sua' if only_refused else 'danh-dau'}{ending}"
