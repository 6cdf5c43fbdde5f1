"""A laboratory result as somebody's machine or system sent it, before anybody here believes it.

The readers of `hl7oru`, `astmresults` and `platefiles` all give these records; whoever imports them
decides what a tube is, whether a result may be taken, and what it means for a person.  Nothing here
knows a patient: the tube is the only link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lachan.formats.labwords import ct_in as ct_in  # names of this door
from lachan.formats.labwords import ct_of as ct_of
from lachan.formats.labwords import outcome_of as outcome_of
from lachan.formats.labwords import outcome_of_all as outcome_of_all

#: What a result may be.  "" is a value in words or numbers that we do not read as one of these.
OUTCOMES = ("positive", "negative", "indeterminate", "invalid", "")

#: How far the sender's result has come.
STATUSES = ("final", "corrected", "preliminary", "cancelled")

#: What a well holds that is nobody's sample: known positive, no template, extraction control.
#: "other": the machine says only that it is a control.
CONTROLS = ("positive", "negative", "extraction", "other", "")

#: code -> what is wrong and what to do.  Codes of a whole file or message (`LabFileRefused`).
FILE_REASONS: Mapping[str, str] = {
    "empty": "There is nothing in it.",
    "too_large": "It is larger than any file or message of a laboratory: send it in parts.",
    "unknown_kind": "It is neither HL7 v2, ASTM nor a table of results.",
    "charset_unknown": "The character set it names (MSH-18) is not one we read: send UTF-8.",
    "charset_broken": "Its bytes are not in the character set it claims: send it again as UTF-8.",
    "hl7_header": "The first segment is no whole MSH: separators or fields are missing.",
    "hl7_version": "The version (MSH-12) is missing or not 2.1 to 2.8.",
    "hl7_no_id": "The message has no control id (MSH-10): a repeat could not be recognised.",
    "hl7_truncated": "The message ends inside a segment or before what its trailer counts: send it"
    " again.",
    "hl7_batch_count": "The batch holds another number of messages than its trailer says.",
    "hl7_batch_shape": "The envelope of the batch is broken: BHS, BTS, FHS or FTS stands alone.",
    "hl7_segment": "A segment has no name of three letters or digits: the message is damaged.",
    "hl7_not_results": "It is an HL7 message of another type, not results (ORU^R01).",
    "hl7_no_results": "It is a result message without one result (OBR with OBX).",
    "mllp_oversize": "The frame is longer than allowed and was thrown away.",
    "mllp_cut": "The line broke before the end of the message: send it again.",
    "mllp_stray": "Bytes came outside of a frame: the sender does not speak MLLP.",
    "astm_header": "The first record is no header (H) with its separators.",
    "astm_truncated": "The transmission ends before its last record (L): send it again.",
    "astm_frame": "A frame is damaged: its checksum or its end does not fit.",
    "astm_sequence": "A frame is missing: the frame numbers do not follow each other.",
    "astm_record": "A record begins with a letter that ASTM E1394 does not know.",
    "astm_no_results": "It is an ASTM message without one result (R).",
    "sheet_kind": "The file name does not end in .xlsx, .xlsm, .xls, .ods, .csv or .txt.",
    "sheet_broken": "The file cannot be opened as what its name says: export it again.",
    "sheet_locked": "The file is protected by a password: save it without one.",
    "sheet_empty": "Not one cell is filled.",
    "sheet_large": "The table has more rows or columns than allowed: send it in parts.",
    "sheet_truncated": "The file is cut off: rows at its end are missing. Copy or export it again.",
    "sheet_renamed": "The content is not what the ending says: it was saved or renamed by another"
    " program. Export it again from the machine.",
    "sheet_reencoded": "Letters were destroyed when the file was saved: export it again as UTF-8.",
    "sheet_full": "The sheet ends exactly where its format ends, so rows may be missing: export it"
    " in parts or as .xlsx.",
    "plate_no_table": "No table with a column of tubes and a column of results or Ct was found.",
    "plate_no_rows": "The table has a header and not one row.",
    "plate_several": "It holds several tables of results with different columns: save each as a"
    " file of its own.",
    "plate_columns": "Two columns claim to be the same thing: name them in the import.",
    "not_read": "This file met a mistake of ours: please report it.",
}

#: code -> what is wrong with one row or one result (`RowRefused`); the others are taken.
ROW_REASONS: Mapping[str, str] = {
    "tube_missing": "No tube or sample number.",
    "tube_unreadable": "The tube number was turned into a rounded number (1.23E+11): format the"
    " column as text and export again.",
    "tube_long": "The tube number is longer than any label.",
    "result_missing": "Neither a result nor a Ct value.",
    "ct_unreadable": "The Ct value is neither a number of cycles nor a word for none.",
    "time_unreadable": "The time cannot be read.",
    "time_ambiguous": "The date may be read as day/month or as month/day: the table does not say.",
    "row_wide": "The row has more cells than the header: a separator stands inside a value.",
    "test_missing": "No test is named (OBX-3, R-3).",
    "well_unreadable": "The well is not one of a 96 or 384 plate.",
    "well_omitted": "Whoever ran the machine left this well out.",
    "well_twice": "The same well and target stand twice in the table.",
    "value_unreadable": "The value does not fit the type the sender names.",
    "value_attached": "The result is a picture or a document, which is not read.",
    "status_missing": "Nobody says whether the result is final (OBX-11, OBR-25).",
    "status_unknown": "The status of the result is none of HL7 table 0085.",
}


class LabFileRefused(ValueError):
    """A file or message is refused whole.  `code` is one of `FILE_REASONS`; `detail` says where or
    what, in the sender's own words, and may be shown to a person."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    @property
    def reason(self) -> str:
        """One English sentence with the detail."""
        return _sentence(FILE_REASONS, self.code, self.detail)


@dataclass(frozen=True, slots=True)
class RowRefused:
    """One row, result or well that is not taken; the others are.  `row` counts as in `LabResult`,
    `tube` is what could be read of it, `code` one of `ROW_REASONS`."""

    row: int
    code: str
    detail: str = ""
    tube: str = ""

    @property
    def reason(self) -> str:
        """One English sentence with the detail."""
        return _sentence(ROW_REASONS, self.code, self.detail)


@dataclass(frozen=True, slots=True)
class LabResult:
    """One test of one tube as sent."""

    #: Specimen id or barcode, exactly as sent; a label of ours or the sender's own number.
    tube: str
    #: LOINC code where the sender gave one, else the sender's own code; "" when there is none.
    test: str
    #: The sender's words for the test.
    test_name: str
    #: "positive", "negative", "indeterminate", "invalid"; "" for words and numbers we do not know,
    #: which `value` keeps.
    outcome: str
    #: What the sender wrote, with its unit, for a person to read.
    value: str
    #: Target -> cycles (Ct, Cq, Cp).  A target that was tested and never rose is not in it.
    ct: Mapping[str, float]
    #: When it was measured.  Aware; naive when the sender gave no zone; None when there is no time.
    observed_at: datetime | None
    #: "final", "corrected", "preliminary" or "cancelled".
    status: str
    #: The sender's id of the message; of a file, the run's name, or "".
    message: str
    #: Line, row or segment in the file from 1, for messages to people.
    row: int
    #: Position on the plate, "A1" to "P24", or "".
    well: str = ""
    #: Of a control well: one of `CONTROLS`; "" for a sample.
    control: str = ""
    #: Instrument, as sent.
    machine: str = ""
    #: Run or plate, as sent.
    run: str = ""
    #: Other numbers sent for the same tube or its order, the likeliest first: to look for when
    #: `tube` is unknown, never to prefer.
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LabMessage:
    """One message, or one plate file, that was read: its results and the rows refused one by one.

    `kind` is "hl7", "astm" or "plate"; `id` the sender's id of the message; `sender` the laboratory
    or machine as sent; `sent_at` as `LabResult.observed_at`.  `type` is "ORU^R01" or the like,
    `version` "2.5.1"; `row` where in the file it begins, from 1.  `warnings` are codes of what was
    read with a doubt.
    """

    kind: str
    id: str
    sender: str = ""
    sent_at: datetime | None = None
    type: str = ""
    version: str = ""
    row: int = 1
    results: tuple[LabResult, ...] = ()
    refused: tuple[RowRefused, ...] = ()
    warnings: tuple[str, ...] = field(default=())


def _sentence(reasons: Mapping[str, str], code: str, detail: str) -> str:
    told = reasons.get(code, code)
    return f"{told} ({detail})" if detail else told
