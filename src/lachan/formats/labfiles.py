"""Any file of results, whatever sent it: its kind is found, and it is read message by message.

`read_file` is what the command line and an import call.  It never half-reads: a file that cannot be
trusted raises, a message that cannot be read is given with its reason in its place.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from lachan.formats.assays import Assay
from lachan.formats.astmrecords import looks_like_astm, read_astm
from lachan.formats.hl7oru import read_hl7
from lachan.formats.hl7v2 import RefusedMessage, looks_like_hl7
from lachan.formats.labresults import LabFileRefused, LabMessage
from lachan.formats.platecheck import OLE, ZIP
from lachan.formats.platefiles import read_plate
from lachan.formats.sheets import ENDINGS

KINDS = ("hl7", "astm", "plate")
#: bytes; the largest workbook of results seen is 12 MB.
LARGEST_PLATE = 100_000_000
_HEADER_LATER = re.compile(rb"[\r\n](?:MSH|BHS|FHS)\|")


def kind_of(data: bytes, file_name: str = "") -> str:
    """ "hl7", "astm" or "plate".  By the first bytes, and for tables by the ending of the name.
    Raises LabFileRefused unknown_kind."""
    if looks_like_hl7(data):
        return "hl7"
    if looks_like_astm(data):
        return "astm"
    first = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")[:1]
    if first in (b"{", b"["):
        raise LabFileRefused("unknown_kind", "JSON")
    if not data.startswith((ZIP, OLE)) and _HEADER_LATER.search(data[:100_000]):
        return "hl7"  # something stands before the first message, which the reader will name
    if data.startswith((ZIP, OLE)) or PurePath(file_name).suffix.lower() in ENDINGS:
        return "plate"
    if not data.strip(b"\x00 \r\n\t\xef\xbb\xbf"):
        raise LabFileRefused("empty")
    raise LabFileRefused("unknown_kind")


def read_file(
    data: bytes,
    file_name: str = "",
    *,
    kind: str = "auto",
    assay: Assay | None = None,
    roles: Mapping[int, str] | None = None,
) -> Iterator[LabMessage | RefusedMessage]:
    """Every message of a file in its order; a table is one message.  `kind`: one of `KINDS`, or
    "auto".  `assay`, `roles`: as `read_plate`.  Raises LabFileRefused where the whole is refused,
    before anything was given."""
    found = kind_of(data, file_name) if kind == "auto" else kind
    if found == "hl7":
        yield from read_hl7(data)
    elif found == "astm":
        yield from read_astm(data)
    elif len(data) > LARGEST_PLATE:
        raise LabFileRefused("too_large", f"{len(data):,} bytes")
    else:
        name = file_name if PurePath(file_name).suffix else f"{file_name or '-'}{_ending(data)}"
        yield read_plate(data, name, assay=assay, roles=roles)


def _ending(data: bytes) -> str:
    """The ending a table from a pipe would have."""
    if data.startswith(ZIP):
        return ".xlsx"
    return ".xls" if data.startswith(OLE) else ".csv"
