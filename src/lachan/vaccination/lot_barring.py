"""Bars of lots and their liftings: signed, appended, and told to every open site."""

from dataclasses import asdict
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connections
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.core.signing import signing_key
from lachan.rulebook.selectors import reaction_rule
from lachan.vaccination.lot_reading import lot_barred, signed_part
from lachan.vaccination.models import Dose, Lot, LotBar, LotCall, Reaction


def bar_lot(
    *, lot: Lot, reason: str, document: str, by: Principal, province: int | None = None
) -> LotBar:
    """Bar a lot in the director's province, or, by the Ministry, in one or in the nation.

    Refused: not_your_territory, bar_needs_reason, barred_already.
    """
    _refuse_elsewhere(province, by)
    _refuse_bare(reason, document)
    _one_at_a_time(lot)
    standing = lot_barred(lot.id, now(), province)
    if standing is not None and not standing.provisional:
        raise Refused("barred_already", _("This lot is barred already."), status=409)
    return _signed(
        LotBar(lot=lot, province=province, reason=reason.strip()[:300], document=document.strip()),
        by,
    )


def bar_by_rule(reaction: Reaction, *, by: Principal) -> LotBar | None:
    """Bar the lot of a severe event for the province at once; none where it is barred already."""
    if reaction.lot is None:
        return None
    _one_at_a_time(reaction.lot)
    standing = lot_barred(reaction.lot.id, now(), reaction.given_province)
    if standing is not None:
        return standing
    rule = reaction_rule(reaction.disease, now(), province=reaction.given_province)
    said = asdict(rule.says("provisional", lot=reaction.lot.number))
    return _signed(
        LotBar(
            lot=reaction.lot,
            province=reaction.given_province,
            provisional=True,
            reaction=reaction.id,
            decision=said,
        ),
        by,
    )


def lift(bar: LotBar, *, reason: str, document: str, by: Principal) -> LotBar:
    """Let a lot be used again, by a signed fact of its own.

    Refused: not_your_territory, bar_needs_reason, lifted_already.
    """
    _refuse_elsewhere(bar.province, by)
    _refuse_bare(reason, document)
    _one_at_a_time(bar.lot)
    if LotBar.objects.filter(lifts=bar).exists():
        raise Refused("lifted_already", _("This bar was lifted already."), status=409)
    return _signed(
        LotBar(
            lot=bar.lot,
            province=bar.province,
            reason=reason.strip()[:300],
            document=document.strip(),
            lifts=bar,
        ),
        by,
    )


def log_call(*, dose: Dose, result: str, note: str, by: Principal) -> LotCall:
    """Write down that somebody who had the lot was called or visited."""
    call = LotCall.objects.create(
        dose=dose,
        person_id=dose.person_id,
        result=LotCall.Result(result),
        note=note.strip()[:200],
        at=now(),
        by=by.account,
        commune=dose.commune,
        province=dose.province,
    )
    audit.record("lot.called", target=("dose", dose.id), by=by, detail={"result": result})
    return call


def _one_at_a_time(lot: Lot) -> None:
    """Two who bar or lift the same lot wait for each other."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lotbar:{lot.id}"]
        )


def _refuse_elsewhere(province: int | None, by: Principal) -> None:
    if by.national or by.system:
        return
    if by.has(Role.DIRECTOR) and province is not None and by.province == province:
        return
    text = _("A director bars and lifts in his own province, the Ministry in the nation.")
    raise Refused("not_your_territory", text, status=403)


def _refuse_bare(reason: str, document: str) -> None:
    if not reason.strip() or not document.strip():
        text = _("Say why, and give the number of the document.")
        raise Refused("bar_needs_reason", text)


def _signed(bar: LotBar, by: Principal) -> LotBar:
    key = signing_key()
    bar.id, bar.key_id = uuid7(), key.key_id
    bar.made_at = bar.since = now()
    bar.capacity = _capacity(bar, by)
    bar.signature = key.private.sign(signed_part(bar), ec.ECDSA(hashes.SHA256()))
    bar.save(force_insert=True)
    kind = "lot.lifted" if bar.lifts_id else "lot.barred"
    detail: dict[str, str | None] = {"bar": str(bar.id), "document": bar.document}
    audit.record(kind, target=("lot", _id(bar)), by=by, detail=detail)
    facts.ring("vaccination.lot")
    return bar


def _id(bar: LotBar) -> UUID:
    return bar.lot_id


def _capacity(bar: LotBar, by: Principal) -> str:
    """The office in which somebody signs; by name he stands in the audit log."""
    if bar.provisional:
        return "rule"
    return "ministry" if by.national else "province"
