"""Scans of signed papers: taken as they come, after a look at what they really are."""

from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.tracing.models import ZoneDecision, ZoneFile, ZoneStep

#: Bytes of one file.  Source: the issue of zones: a scanned decision of a few pages is below 2 MB.
LARGEST = 5 * 1024 * 1024

#: First bytes of a file -> what it is.  Source: ISO 32000 (PDF), JFIF, ISO 15948 (PNG).
KINDS = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}


@dataclass(frozen=True, slots=True)
class PaperScan:
    """A file as it was sent: what it calls itself counts for its name only."""

    name: str
    content: bytes


def media_of(content: bytes) -> str:
    """What a file is by its first bytes, "" for anything that is no paper."""
    return next((kind for begin, kind in KINDS.items() if content.startswith(begin)), "")


def keep_scan(
    *, decision: ZoneDecision, kind: ZoneStep.Kind, scan: PaperScan, by: Principal
) -> ZoneFile:
    """Keep the scan of a signed paper.  Refused: scan_missing, scan_too_large, scan_unreadable."""
    if not scan.content:
        raise Refused("scan_missing", _("Attach the scan of the signed paper."))
    if len(scan.content) > LARGEST:
        raise Refused(
            "scan_too_large", _("The scan is larger than 5 MB. Scan it in grey, not colour.")
        )
    media = media_of(scan.content)
    if not media:
        raise Refused("scan_unreadable", _("Attach a PDF, or a picture as JPEG or PNG."))
    row = ZoneFile(
        id=uuid7(),
        decision=decision,
        kind=kind,
        name=scan.name[-120:],
        media=media,
        sha256=sha256(scan.content).digest(),
        content=scan.content,
        at=now(),
        by=by.account,
        commune=decision.commune,
        province=decision.province,
    )
    row.save(force_insert=True)
    return row
