"""Taking tubes in by number and putting them on plates, scan by scan; every scan stands by itself,
so that a broken line or a second technician loses nothing."""

from uuid import UUID

from django.db import IntegrityError, connections
from django.db.models import Max
from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now, today
from lachan.core.refusals import Refused
from lachan.core.scope import Principal, scoped
from lachan.rulebook.selectors import AssayRule, assay_version
from lachan.sampling import bench_guard, bench_wells
from lachan.sampling.models import Accession, Plate, Reception, Tube, Well
from lachan.sampling.selectors import tube_of_barcode


def accession(*, code: str, by: Principal) -> Accession:
    """Give a received tube its number of the day; a tube that has one keeps it.

    Refused: no_unit, unknown_tube, not_received, tube_refused.
    """
    laboratory = _laboratory(by)
    tube = tube_of_barcode(laboratory, code)
    if tube is None:
        raise Refused(
            "unknown_tube", _("No tube with this code was sent to this laboratory. Scan it again.")
        )
    known = Accession.objects.filter(laboratory=laboratory, tube=tube).first()
    if known is not None:
        return known
    _refuse_not_received(tube)
    _one_at_a_time(laboratory)
    known = Accession.objects.filter(laboratory=laboratory, tube=tube).first()
    if known is not None:
        return known
    day = today()
    last = Accession.objects.filter(laboratory=laboratory, day=day).aggregate(n=Max("number"))["n"]
    made = Accession(
        tube=tube, laboratory=laboratory, day=day, number=(last or 0) + 1, at=now(), by=by.account
    )
    made.save(force_insert=True)
    audit.record("tube.accessioned", target=("tube", tube.id), by=by)
    return made


def _laboratory(by: Principal) -> UUID:
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the laboratory."))
    return by.organisation


def _one_at_a_time(laboratory: UUID) -> None:
    """Two scanners never get the same number: they stand in line until the transaction ends."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"accession {laboratory}"]
        )


def _refuse_not_received(tube: Tube) -> None:
    newest = Reception.objects.filter(tube=tube).order_by("-at", "-id").first()
    if newest is None:
        raise Refused(
            "not_received", _("This tube was not received yet: scan it at the reception first.")
        )
    if not newest.accepted:
        raise Refused(
            "tube_refused", _("This tube was refused at the reception. Put it aside, run nothing.")
        )


def new_plate(*, barcode: str, size: int, assay: AssayRule, by: Principal) -> Plate:
    """Take a plate into use, its controls where the assay wants them; scanning one that is still
    being filled gives it back.  Refused: no_unit, no_barcode, plate_differs."""
    laboratory = _laboratory(by)
    if not barcode:
        raise Refused("no_barcode", _("Scan the code of the plate."))
    known = Plate.objects.filter(laboratory=laboratory, barcode=barcode).first()
    if known is not None:
        return _same(known, size, assay)
    plate = Plate(
        barcode=barcode,
        size=size,
        laboratory=laboratory,
        disease=assay.disease,
        assay=assay.name,
        rule=UUID(assay.rule),
        made_at=now(),
        made_by=by.account,
    )
    try:
        with scoped(by, "laboratory"):
            plate.save(force_insert=True)
            Well.objects.bulk_create(_controls(plate, assay))
    except IntegrityError:
        return _same(Plate.objects.get(laboratory=laboratory, barcode=barcode), size, assay)
    audit.record("plate.made", target=("plate", plate.id), by=by, detail={"size": size})
    return plate


def _same(known: Plate, size: int, assay: AssayRule) -> Plate:
    if known.size != size or known.assay != assay.name or known.disease != assay.disease:
        raise Refused(
            "plate_differs",
            _("A plate with this code was made for another size or test. Take a new code."),
        )
    return known


def _controls(plate: Plate, assay: AssayRule) -> list[Well]:
    return [
        Well(
            plate=plate,
            laboratory=plate.laboratory,
            position=bench_wells.position_of(name, plate.size),
            kind=kind,
            at=plate.made_at,
            by=plate.made_by,
        )
        for name, kind in assay.control_wells(plate.size).items()
    ]


def place(*, plate: Plate, code: str, by: Principal, well: str = "") -> Well:
    """Put a tube into the next free well, or into `well`; `code` is the tube's barcode or its
    accession number.

    Refused: plate_sealed, unknown_tube, not_received, tube_refused, other_disease,
    already_on_plate, on_another_plate, plate_full, well_taken, no_such_well.
    """
    locked = _open(plate)
    tube = _tube(locked, code, by)
    standing = {one.position: one for one in bench_wells.standing(locked)}
    _refuse_twice(locked, tube, list(standing.values()))
    position = _position(locked, standing, well)
    placed = Well(
        plate=locked,
        laboratory=locked.laboratory,
        position=position,
        kind=Well.Kind.SAMPLE,
        tube=tube,
        at=now(),
        by=by.account,
    )
    placed.save(force_insert=True)
    audit.record("tube.placed", target=("tube", tube.id), by=by, detail={"plate": locked.barcode})
    return placed


def _open(plate: Plate) -> Plate:
    locked = Plate.objects.select_for_update().get(pk=plate.pk)
    if locked.sealed_at is not None:
        raise Refused("plate_sealed", _("This plate is closed. Take a new one."))
    return locked


def _tube(plate: Plate, code: str, by: Principal) -> Tube:
    numbered = bench_wells.tube_of_accession(plate.laboratory, code)
    tube = numbered or accession(code=code, by=by).tube
    _refuse_not_received(tube)
    if tube.disease != plate.disease:
        raise Refused("other_disease", _("This tube is to be tested for another disease."))
    return tube


def _refuse_twice(plate: Plate, tube: Tube, standing: list[Well]) -> None:
    here = next((one for one in standing if one.tube_id == tube.id), None)
    if here is not None:
        name = bench_wells.name_of(here.position, plate.size)
        raise Refused(
            "already_on_plate", _("This tube stands at %(well)s already.") % {"well": name}
        )
    if bench_guard.held_back([tube.id]).get(tube.id) == bench_guard.OPEN:
        raise Refused(
            "on_another_plate",
            _("This tube stands on another plate that was not read yet. Take it out there first."),
        )


def _position(plate: Plate, standing: dict[int, Well], well: str) -> int:
    if not well:
        free = bench_wells.next_free(plate, standing)
        if free is None:
            raise Refused("plate_full", _("The plate is full. Start its run."))
        return free
    position = bench_wells.position_of(well, plate.size)
    if position in standing:
        raise Refused("well_taken", _("Something stands at %(well)s already.") % {"well": well})
    return position


def take_out(*, plate: Plate, well: str, by: Principal) -> Well:
    """Empty a well of a plate that is being filled.  Refused: plate_sealed, well_empty."""
    locked = _open(plate)
    position = bench_wells.position_of(well, locked.size)
    found = next(
        (
            one
            for one in bench_wells.standing(locked)
            if one.position == position and one.kind == Well.Kind.SAMPLE
        ),
        None,
    )
    if found is None:
        raise Refused("well_empty", _("No tube stands at %(well)s.") % {"well": well})
    found.emptied_at, found.emptied_by = now(), by.account
    found.save(update_fields=["emptied_at", "emptied_by"])
    audit.record("tube.taken_out", target=("tube", str(found.tube_id)), by=by)
    return found


def assay_of(plate: Plate) -> AssayRule:
    """The table that this plate was made by; a newer version does not change it."""
    return assay_version(plate.rule)
