"""Runs of a plate: started on a machine with a lot, ended, and judged by their controls."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.rulebook.selectors import assay_version, judge_run
from lachan.sampling import bench_wells
from lachan.sampling.models import Plate, Run, Well


def start_run(*, plate: Plate, machine: str, lot: str, lot_expires: date, by: Principal) -> Run:
    """Close the plate and start it on a machine.  A plate whose run failed may be run again.

    Refused: plate_empty, lot_expired, run_open, run_valid.
    """
    locked = Plate.objects.select_for_update().get(pk=plate.pk)
    if lot_expires < today():
        raise Refused("lot_expired", _("This lot has expired. Take another lot."))
    if not any(well.kind == Well.Kind.SAMPLE for well in bench_wells.standing(locked)):
        raise Refused("plate_empty", _("No tube stands on this plate yet."))
    last = newest_run(locked)
    if last is not None:
        _refuse_running(last)
    if locked.sealed_at is None:
        locked.sealed_at, locked.sealed_by = now(), by.account
        locked.save(update_fields=["sealed_at", "sealed_by"])
    run = Run(
        plate=locked,
        laboratory=locked.laboratory,
        number=1 if last is None else last.number + 1,
        machine=machine.strip(),
        lot=lot.strip(),
        lot_expires=lot_expires,
        started_at=now(),
        started_by=by.account,
    )
    run.save(force_insert=True)
    audit.record("run.started", target=("run", run.id), by=by, detail={"plate": locked.barcode})
    return run


def _refuse_running(last: Run) -> None:
    if last.judged_at is None:
        raise Refused("run_open", _("This plate is running. Read its controls first."))
    if last.valid:
        raise Refused("run_valid", _("This plate has a valid run. Take a new plate."))


def newest_run(plate: Plate) -> Run | None:
    """The run that counts, None before the first."""
    return Run.objects.filter(plate=plate).order_by("-number").first()


def judge_controls(
    *, run: Run, read: Mapping[str, Mapping[str, float | None]], by: Principal
) -> Run:
    """End a run and judge it by its controls: `read` is position -> target -> cycle.

    Every control of the plate must be in `read`.  Refused: run_judged, control_missing, and what
    `rulebook.interpret` refuses.
    """
    locked = Run.objects.select_for_update().get(pk=run.pk)
    if locked.judged_at is not None:
        raise Refused("run_judged", _("The controls of this run were read already."), status=409)
    plate = locked.plate
    wells = [one for one in bench_wells.standing(plate) if one.kind != Well.Kind.SAMPLE]
    names = {bench_wells.name_of(well.position, plate.size): well.kind for well in wells}
    missing = names.keys() - read.keys()
    if missing:
        raise Refused(
            "control_missing",
            _("The control at %(wells)s was not read.") % {"wells": ", ".join(sorted(missing))},
        )
    verdicts = judge_run(assay_version(plate.rule), [(names[name], read[name]) for name in names])
    locked.controls = [
        {
            "well": name,
            "kind": names[name],
            "ct": dict(read[name]),
            "passed": verdict.passed,
            "finding": verdict.decision.outcome if verdict.decision else "",
            "values": dict(verdict.decision.values) if verdict.decision else {},
        }
        for name, verdict in zip(names, verdicts, strict=False)
    ]
    locked.ended_at = locked.ended_at or now()
    locked.valid = all(verdict.passed for verdict in verdicts)
    locked.judged_at, locked.judged_by = now(), by.account
    locked.save(update_fields=["controls", "ended_at", "valid", "judged_at", "judged_by"])
    audit.record("run.judged", target=("run", run.id), by=by, detail={"valid": locked.valid})
    return locked


def end_run(*, run: Run, by: Principal) -> Run:
    """The machine has finished; the controls are still to be read."""
    locked = Run.objects.select_for_update().get(pk=run.pk)
    if locked.ended_at is None:
        locked.ended_at = now()
        locked.save(update_fields=["ended_at"])
        audit.record("run.ended", target=("run", run.id), by=by)
    return locked
