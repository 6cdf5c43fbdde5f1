"""Results by hand, keyed twice: two people read the machine without seeing each other's reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook.selectors import AssayRule, interpret
from lachan.sampling import bench_guard, services
from lachan.sampling.bench_reading import assay_of_tube, open_keyings, run_since
from lachan.sampling.models import Keying, Method, Result, Tube
from lachan.sampling.selectors import standing_result
from lachan.sampling.services import Found

#: What became of a keying.
FIRST, AGREED, DIFFERS = "first", "agreed", "differs"

#: What nobody needs cycles for: the curve was unreadable, whatever the machine printed.
_WITHOUT_TABLE = frozenset({Result.Outcome.INVALID, Result.Outcome.INDETERMINATE})


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody read off: outcome, test, and the cycle by target (None: undetermined)."""

    outcome: str
    method: str = Method.PCR
    ct: Mapping[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Keyed:
    """What became of it: first (another must key it too), agreed (with the result) or differs."""

    state: str
    result: Result | None = None


def key(*, id: UUID, tube: Tube, said: Said, by: Principal) -> Keyed:
    """Keep what one person read; the second who reads the same makes the result, entered by the
    first.  Where two differ, a third decides.  `id` is the page's own: sent again it changes
    nothing.

    Refused: different_content, already_resulted, reading_differs, run_invalid, run_not_judged.
    """
    Tube.objects.select_for_update().get(pk=tube.pk)
    known = Keying.objects.filter(pk=id).first()
    if known is not None:
        return _again(known, tube, said, by)
    standing = standing_result(tube)
    if standing is not None and not run_since(tube, standing):
        raise Refused(
            "already_resulted", _("This tube has a result already. Amend it instead of keying it.")
        )
    bench_guard.refuse_bad_run(tube.id)
    assay = assay_of_tube(tube) if said.method == Method.PCR else None
    _refuse_against_table(said, assay)
    before = [one for one in open_keyings(tube) if one.by != by.account]
    mine = _keep(id, tube, said, assay, by)
    if not before:
        return Keyed(FIRST)
    return _settle(tube, standing, before, mine, by)


def _again(known: Keying, tube: Tube, said: Said, by: Principal) -> Keyed:
    same = (known.tube_id, known.outcome, known.method, known.ct, known.by)
    if same != (tube.id, said.outcome, said.method, dict(said.ct or {}), by.account):
        raise Refused(
            "different_content",
            _("This page was sent before with another answer. Open the tube anew."),
            status=409,
        )
    result = standing_result(tube)
    if result is not None and result.entered_at >= known.at:
        return Keyed(AGREED, result)
    others = any(one.by != by.account for one in open_keyings(tube))
    return Keyed(DIFFERS if others else FIRST)


def _refuse_against_table(said: Said, assay: AssayRule | None) -> None:
    """Cycles and outcome say the same; that a curve cannot be read stands above the table."""
    if assay is None or not said.ct or said.outcome in _WITHOUT_TABLE:
        return
    reading = interpret(assay, said.ct)
    if reading.outcome != said.outcome:
        raise Refused(
            "reading_differs",
            _("By the table of this test these cycles mean: %(found)s. Look again.")
            % {"found": outcome_word(reading.outcome)},
        )


def outcome_word(outcome: str) -> str:
    """An outcome in words."""
    return {
        "positive": _("Positive"),
        "negative": _("Negative"),
        "indeterminate": _("Indeterminate"),
        "invalid": _("Invalid"),
    }[outcome]


def _keep(id: UUID, tube: Tube, said: Said, assay: AssayRule | None, by: Principal) -> Keying:
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    mine = Keying(
        id=id,
        tube=tube,
        laboratory=by.organisation,
        outcome=said.outcome,
        method=said.method,
        ct=dict(said.ct or {}),
        test=assay.test if assay else "",
        at=now(),
        by=by.account,
    )
    mine.save(force_insert=True)
    audit.record("result.keyed", target=("tube", tube.id), by=by)
    return mine


def _settle(
    tube: Tube, standing: Result | None, before: list[Keying], mine: Keying, by: Principal
) -> Keyed:
    """Whoever reads the same as one before him settles it; of two that differ a third decides."""
    same = next((one for one in before if _agree(one, mine)), None)
    if same is not None:
        return Keyed(AGREED, _enter(tube, standing, mine, same.by, by))
    if len({one.by for one in before}) > 1:
        return Keyed(AGREED, _enter(tube, standing, mine, mine.by, by))
    return Keyed(DIFFERS)


def _agree(one: Keying, other: Keying) -> bool:
    return (one.outcome, one.method, one.ct) == (other.outcome, other.method, other.ct)


def _enter(
    tube: Tube, standing: Result | None, mine: Keying, entered_by: UUID, by: Principal
) -> Result:
    found = Found(
        mine.outcome,
        mine.method,
        ct={target: cycle for target, cycle in mine.ct.items() if cycle is not None},
        test=mine.test,
    )
    if standing is not None:
        return services.correct_result(result=standing, found=found, by=by, entered_by=entered_by)
    return services.enter_result(barcode=tube.barcode, found=found, by=by, entered_by=entered_by)
