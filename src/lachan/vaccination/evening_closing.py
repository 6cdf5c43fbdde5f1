"""What a person does in the evening: count the vials of the tables, say why something does not fit,
and call the session balanced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connections
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.facts import ring
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.vaccination.evening_counting import Difference, Outcome, evening_of
from lachan.vaccination.models import EveningBalance, EveningReason, Lot, Session, TableCount

#: Differences of people who were cleared or waited: it is said what became of them.
NEED_OUTCOME = frozenset({"not_injected"})

Key = tuple[str, UUID, int, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """What somebody counted at a table: vials opened, doses thrown away, doses left."""

    table: int
    lot: UUID
    vials: int
    wasted: int
    left: int


def count_tables(session: Session, counted: Sequence[Counted], *, by: Principal) -> int:
    """Write down what was counted by hand; how many counts are new.

    Codes of refusals: count_wrong.
    """
    _lock(session)
    lots = Lot.objects.in_bulk([one.lot for one in counted])
    made = 0
    for one in counted:
        lot = lots.get(one.lot)
        if (
            lot is None
            or not 1 <= one.table <= session.tables
            or min(one.vials, one.wasted, one.left) < 0
        ):
            raise Refused("count_wrong", _("Count vials and doses of a table of this session."))
        if one.wasted + one.left > one.vials * lot.doses_per_vial:
            text = _("Table %(table)d, lot %(lot)s: more doses than %(vials)d vials hold.")
            told = {"table": one.table, "lot": lot.number, "vials": one.vials}
            raise Refused("count_wrong", text % told)
        last = TableCount.objects.filter(session=session, table_no=one.table, lot=lot)
        known = last.order_by("-at", "-id").first()
        if known and (known.vials, known.wasted, known.left) == (one.vials, one.wasted, one.left):
            continue
        TableCount.objects.create(
            id=uuid7(),
            session=session,
            organisation=session.organisation,
            table_no=one.table,
            lot=lot,
            vials=one.vials,
            wasted=one.wasted,
            left=one.left,
            at=now(),
            by=by.account,
            by_name=by.name[:120],
        )
        made += 1
    if made:
        audit.record("evening.counted", target=("session", session.id), by=by)
    return made


def explain(
    session: Session, keys: Sequence[Key], *, why: str, by: Principal, outcome: str = ""
) -> int:
    """Say why differences are there, one reason for all of them; how many are new.

    Codes of refusals: why_missing, outcome_unsaid, difference_gone.
    """
    _lock(session)
    if not why.strip():
        raise Refused("why_missing", _("Say why: whoever reads it tomorrow was not here."))
    there: Mapping[Key, Difference] = {one.key: one for one in evening_of(session).differences}
    made = 0
    for key in dict.fromkeys(keys):
        found = there.get(key)
        if found is None:
            text = _("This difference is no more, or is another one now: look at the list again.")
            raise Refused("difference_gone", text, status=409)
        if found.code in NEED_OUTCOME and outcome not in set(Outcome.values) - {""}:
            text = _("Say what became of the person: sent to hospital, left, or postponed.")
            raise Refused("outcome_unsaid", text)
        if found.reason is not None:
            continue
        EveningReason.objects.create(
            id=uuid7(),
            session=session,
            organisation=session.organisation,
            code=found.code,
            about=found.about,
            table_no=found.table,
            amount=found.amount,
            outcome=outcome if found.code in NEED_OUTCOME else "",
            why=why.strip()[:200],
            at=now(),
            by=by.account,
            by_name=by.name[:120],
        )
        made += 1
    if made:
        audit.record("evening.explained", target=("session", session.id), by=by)
    return made


def balance(session: Session, *, by: Principal) -> EveningBalance:
    """Call the session balanced.  Refused: not_balanced while something has no reason."""
    _lock(session)
    evening = evening_of(session)
    waiting = len(evening.unexplained)
    if waiting:
        text = ngettext(
            "%(count)d difference has no reason yet: the session is not balanced.",
            "%(count)d differences have no reason yet: the session is not balanced.",
            waiting,
        )
        raise Refused("not_balanced", text % {"count": waiting}, status=409)
    figures = evening.figures()
    last = last_balance(session)
    if last is not None and last.figures == figures and last.reasons == len(evening.differences):
        return last
    made = EveningBalance.objects.create(
        id=uuid7(),
        session=session,
        organisation=session.organisation,
        figures=figures,
        reasons=len(evening.differences),
        at=now(),
        by=by.account,
        by_name=by.name[:120],
    )
    if session.state == Session.State.OPEN:
        session.state, session.closed_at = Session.State.CLOSED, made.at
        session.save(update_fields=["state", "closed_at"])
        ring("vaccination.session")
    audit.record("evening.balanced", target=("session", session.id), by=by)
    return made


def last_balance(session: Session) -> EveningBalance | None:
    """The balance that stands."""
    return EveningBalance.objects.filter(session=session).order_by("-at", "-id").first()


def _lock(session: Session) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 9))", [str(session.id)])
