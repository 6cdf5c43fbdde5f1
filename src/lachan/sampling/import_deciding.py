"""What becomes of one result that was sent: pure, so that one row and a hundred thousand are judged
by the same words."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from lachan.formats.assays import Assay, control_fits
from lachan.formats.labresults import LabResult

#: What is done with a row.
ENTER, CORRECT, REPEAT, CONTROL, REFUSE = "enter", "correct", "repeat", "control", "refuse"

#: An outcome by which the sender itself says that a control well failed.  A water control has no
#: internal control, so that software may call a good one invalid.
WRONG = {
    "positive": frozenset({"negative", "invalid", "indeterminate"}),
    "negative": frozenset({"positive", "indeterminate"}),
    "extraction": frozenset({"positive", "indeterminate", "invalid"}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The result of a tube that counts.  `released`: it left the laboratory."""

    id: UUID
    outcome: str
    released: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is done with a row, and the code of a refusal."""

    act: str
    code: str = ""


def decide(
    result: LabResult,
    *,
    known: bool,
    standing: Standing | None,
    held: str = "",
    unfit: str = "",
) -> Verdict:
    """The semantics of `services.enter_result` and `correct_result` for one row.

    `known`: its tube was sent to this laboratory; `standing`: the tube's result, with the rows
    before this one; `held`: why nothing of its run becomes a result; `unfit`: why its test says
    nothing of the tube's disease.
    """
    if result.control:
        return Verdict(CONTROL)
    if result.status in {"preliminary", "cancelled"}:
        return Verdict(REFUSE, f"result_{result.status}")
    if not known:
        return Verdict(REFUSE, "unknown_tube")
    if unfit:
        return Verdict(REFUSE, unfit)
    if not result.outcome:
        return Verdict(REFUSE, "outcome_unknown")
    if standing is None:
        return Verdict(REFUSE, held) if held else Verdict(ENTER)
    if standing.outcome == result.outcome:
        return Verdict(REPEAT)
    if result.status != "corrected":
        return Verdict(REFUSE, "result_differs")
    if standing.released:
        return Verdict(REFUSE, "result_released")
    return Verdict(REFUSE, held) if held else Verdict(CORRECT)


def failed_runs(results: Iterable[LabResult], assay: Assay | None) -> frozenset[str]:
    """Runs of a file of which a control well is wrong, by its own word or by the assay's table."""
    return frozenset(
        each.run for each in results if each.control in WRONG and not _fits(each, assay)
    )


def _fits(well: LabResult, assay: Assay | None) -> bool:
    if well.outcome in WRONG[well.control]:
        return False
    if assay is None or (well.outcome and not well.ct):
        return True
    return control_fits(assay, well.control, well.ct)
