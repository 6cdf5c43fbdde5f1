"""What laboratories send in tests: messages, tables and ASTM records about tubes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook

from lachan.core.clock import now
from lachan.core.scope import scoped, system_scope
from lachan.formats.labresults import LabResult
from lachan.sampling.models import Result, Tube
from tests.sampling.people_at_the_table import Team

#: (tube, outcome)
Row = tuple[str, str]

CODES = {
    "positive": "260373001^Detected^SCT",
    "negative": "260415000^Not detected^SCT",
}
WORDS = {"positive": "Dương tính", "negative": "Âm tính", "invalid": "Không hợp lệ"}


#: What the messages of a laboratory report, as OBX-3.
COVID_RNA = "94500-6^SARS-CoV-2 RNA^LN"
MEASLES_IGM = "35276-5^Measles virus IgM Ab^LN"
MEASLES_RNA = "91077-8^Measles virus RNA^LN"


def message(
    number: str,
    *rows: Row,
    status: str = "F",
    sender: str = "LIS|BV A",
    test: str = COVID_RNA,
) -> bytes:
    """An ORU^R01 with one order for each tube."""
    segments = [
        f"MSH|^~\\&|{sender}|LACHAN|CDC|20260211141016+0700||ORU^R01^ORU_R01|{number}|P|2.5.1"
        "||||||UNICODE UTF-8"
    ]
    for at, (tube, outcome) in enumerate(rows, start=1):
        segments += [
            f"OBR|{at}|{tube}||{test}|||20260211140000+0700",
            f"OBX|1|CWE|{test}||{CODES[outcome]}||||||{status}",
        ]
    return ("\r".join(segments) + "\r").encode()


def table(rows: Iterable[Sequence[object]], *, ct: bool = False) -> bytes:
    """A workbook as a laboratory exports it: tube and result, and a Ct."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã ống", "Kết quả", "Ct N"] if ct else ["Mã ống", "Kết quả"])
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def tubes(at: Team, codes: Iterable[str]) -> list[Tube]:
    """Tubes of the team at its laboratory, many at once."""
    assert at.sampler.organisation is not None
    made = [
        Tube(
            barcode=code,
            limit=1,
            organisation=at.sampler.organisation,
            laboratory=at.laboratory,
            disease="covid-19",
            opened_at=now(),
            closed_at=now(),
        )
        for code in codes
    ]
    with scoped(at.sampler, "sampling"):
        return Tube.objects.bulk_create(made, batch_size=2_000)


def standing(at: Team) -> dict[str, str]:
    """Tube -> the outcome that counts, of a whole laboratory."""
    with system_scope("test"):
        rows = Result.objects.filter(laboratory=at.laboratory, replaced_by=None)
        return dict(rows.values_list("tube__barcode", "outcome"))


def results_of(at: Team) -> int:
    """How many rows of results a laboratory has, those that were replaced too."""
    with system_scope("test"):
        return Result.objects.filter(laboratory=at.laboratory).count()


@dataclass(frozen=True)
class Sent:
    """One row as a reader gives it."""

    tube: str
    outcome: str
    status: str = "final"
    control: str = ""
    test: str = "94500-6"
    test_name: str = ""

    def read(self, row: int) -> LabResult:
        """The record of this row."""
        return LabResult(
            tube=self.tube,
            test=self.test,
            test_name=self.test_name,
            outcome=self.outcome,
            value=self.outcome,
            ct={},
            observed_at=None,
            status=self.status,
            message="",
            row=row,
            control=self.control,
        )
