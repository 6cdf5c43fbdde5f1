"""Scans of signed papers: looked at before they are kept, sealed under a key of their own."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.core.sealing import open_sealed, seal_first
from lachan.isolation.models import Scan

#: Bytes.  A page scanned at 200 dots an inch has about a tenth of it.
LARGEST = 5 * 1024 * 1024

#: How the files begin that an office's scanner makes -> media type and ending.  The name of a file
#: and what a browser says of it prove nothing.  Source: ISO 32000, ITU-T T.81, ISO/IEC 15948.
KINDS = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    content: bytes


def keep(upload: Upload, *, commune: int, province: int, by: Principal) -> Scan:
    """Keep a scan.  Refused: `scan_empty`, `scan_too_large`, `scan_kind`."""
    content = upload.content
    if not content:
        raise Refused("scan_empty", _("The file is empty. Scan the paper again."))
    if len(content) > LARGEST:
        raise Refused("scan_too_large", _("The scan is larger than 5 MB. Scan it coarser."))
    media_type = next((kind[0] for head, kind in KINDS.items() if content.startswith(head)), "")
    if not media_type:
        raise Refused("scan_kind", _("The scan must be a PDF, JPEG or PNG file."))
    key = uuid7()
    sealed, _key = seal_first(key, {"content": b64encode(content).decode()})
    scan = Scan(
        id=key,
        sealed=sealed,
        media_type=media_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        added_at=now(),
        added_by=by.account,
        commune=commune,
        province=province,
    )
    scan.save(force_insert=True)
    return scan


def content_of(scan: Scan) -> bytes:
    """The file as it came."""
    return b64decode(open_sealed(scan.id, bytes(scan.sealed))["content"])


def ending_of(scan: Scan) -> str:
    """The ending of the file's name."""
    return next(ending for media_type, ending in KINDS.values() if media_type == scan.media_type)
