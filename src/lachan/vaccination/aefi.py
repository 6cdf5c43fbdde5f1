"""Reactions reported and judged; a severe one stops the session, bars the lot, starts clocks."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from lachan.core import audit, facts
from lachan.core.clock import OFFSET, now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.rulebook.selectors import ReactionRule, reaction_rule
from lachan.vaccination import aefi_rights, lot_barring
from lachan.vaccination.lot_spelling import lot_meant
from lachan.vaccination.models import AefiPaper, AefiStep, Dose, Reaction, Session

#: How far a phone's clock may run ahead.
AHEAD = timedelta(minutes=10)

Severity, Source, Kind = Reaction.Severity, Reaction.Source, AefiStep.Kind

#: Which step begins the clock of which.
_FOLLOWS = {Kind.COUNCIL: Kind.INVESTIGATE, Kind.PUBLISH: Kind.COUNCIL}

#: Who judges how grave it is.
JUDGES = (Role.VACCINATOR, Role.STATION_OFFICER, Role.TRACER, Role.DIRECTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is reported of one dose; `severity` is empty where a citizen tells of himself."""

    id: UUID
    dose: UUID
    source: str
    signs: tuple[str, ...] = ()
    onset_at: datetime | None = None
    note: str = ""
    where_text: str = ""
    severity: str = ""
    outcome: str = Reaction.Outcome.UNKNOWN
    asked_hours: int | None = None


def report(told: Told, *, by: Principal) -> Reaction:
    """Keep what was told; the same again changes nothing.

    Refused: dose_not_found, sign_unknown, onset_before_dose, onset_ahead, severity_missing,
    severity_not_yours, different_content.
    """
    known = Reaction.objects.filter(pk=told.id).first()
    if known is not None:
        return _same(known, told)
    dose = Dose.objects.filter(pk=told.dose).select_related("lot", "session").first()
    if dose is None or dose.reverses_id:
        raise Refused("dose_not_found", _("There is no such dose in your area."), status=404)
    at = now()
    rule = reaction_rule(dose.disease, at, province=dose.province)
    _refuse_unlikely(told, dose, rule, by, at)
    row = _row(told, dose, by, at)
    dangers = rule.dangers(told.signs)
    if told.source == Source.CITIZEN:
        if dangers:
            row.due_at = at + timedelta(hours=rule.answer_hours)
            said = rule.says("danger", signs=dangers, due=row.due_at.isoformat())
        else:
            said = rule.says("thanks")
        row.decision = asdict(said)
    row.save(force_insert=True)
    detail = {"source": told.source, "severity": told.severity}
    audit.record("reaction.reported", target=("reaction", row.id), by=by, detail=detail)
    if row.severity == Severity.SEVERE:
        _start(row, rule, by)
    facts.ring("vaccination.reaction")
    return row


def _same(known: Reaction, told: Told) -> Reaction:
    there = (known.dose_id, tuple(known.signs), known.onset_at)
    if there != (told.dose, told.signs, told.onset_at):
        text = _("This report was sent before with another content.")
        raise Refused("different_content", text, status=409)
    return known


def _refuse_unlikely(
    told: Told, dose: Dose, rule: ReactionRule, by: Principal, at: datetime
) -> None:
    asked = {sign.code for sign in rule.asked_of(staff=told.source != Source.CITIZEN)}
    if set(told.signs) - asked:
        raise Refused("sign_unknown", _("Choose signs from the list."))
    if told.onset_at is not None and told.onset_at < dose.given_at - AHEAD:
        raise Refused("onset_before_dose", _("It cannot have begun before the injection."))
    if told.onset_at is not None and told.onset_at > at + AHEAD:
        raise Refused("onset_ahead", _("It cannot begin in the future. Check date and hour."))
    if told.source == Source.CITIZEN:
        if told.severity:
            raise Refused("severity_not_yours", _("Health staff judge how grave it is."))
        return
    if not by.system and not by.has(*JUDGES):
        raise Refused("severity_not_yours", _("Health staff judge how grave it is."), status=403)
    if told.severity not in Severity.values:
        raise Refused("severity_missing", _("Say whether it is a reaction, an AEFI or severe."))


def _row(told: Told, dose: Dose, by: Principal, at: datetime) -> Reaction:
    severe = told.severity == Severity.SEVERE
    return Reaction(
        id=told.id,
        person_id=dose.person_id,
        dose=dose,
        lot=dose.lot or lot_meant(dose.product, dose.lot_text, dose.province),
        session=dose.session_id,
        organisation=dose.organisation,
        product=dose.product,
        disease=dose.disease,
        source=Source(told.source),
        where_text=told.where_text.strip()[:160],
        asked_hours=told.asked_hours,
        signs=list(told.signs),
        note=told.note.strip()[:500],
        onset_at=told.onset_at,
        reported_at=at,
        reported_by=by.account,
        severity=told.severity,
        severe_at=at if severe else None,
        outcome=told.outcome,
        given_province=dose.session.province if dose.session else dose.province,
        commune=dose.person.commune,
        province=dose.person.province,
    )


def judge(row: Reaction, *, severity: str, outcome: str, note: str = "", by: Principal) -> Reaction:
    """Say how grave it is and how it ended.  What was severe stays in the books as severe.

    Refused: severity_missing, severity_not_yours, severe_stays, home_only.
    """
    if not by.has(*JUDGES):
        raise Refused("severity_not_yours", _("Health staff judge how grave it is."), status=403)
    if severity not in Severity.values:
        raise Refused("severity_missing", _("Say whether it is a reaction, an AEFI or severe."))
    aefi_rights.refuse_who_sees_not(row)
    held = Reaction.objects.select_for_update().get(pk=row.pk)
    if held.severity == Severity.SEVERE and severity != Severity.SEVERE:
        text = _("A severe event stays one in the books; the council's minutes say what it was.")
        raise Refused("severe_stays", text, status=409)
    begins = severity == Severity.SEVERE != held.severity
    held.severity, held.outcome = severity, Reaction.Outcome(outcome)
    if begins:
        held.severe_at = now()
    if note.strip():
        held.note = f"{held.note}\n{note.strip()}".strip()[:500]
    held.save(update_fields=["severity", "outcome", "severe_at", "note"])
    detail = {"severity": severity, "outcome": outcome}
    audit.record("reaction.judged", target=("reaction", held.id), by=by, detail=detail)
    if begins:
        _start(held, reaction_rule(held.disease, now(), province=held.given_province), by)
        facts.ring("vaccination.reaction")
    return held


def answer(row: Reaction, *, note: str, by: Principal) -> Reaction:
    """The station has called or seen somebody with a danger sign.

    Refused: answer_needs_note, answered_already, home_only.
    """
    if not note.strip():
        raise Refused("answer_needs_note", _("Say how he is and what was done."))
    aefi_rights.refuse_who_sees_not(row)
    held = Reaction.objects.select_for_update().get(pk=row.pk)
    if held.handled_at is not None:
        raise Refused("answered_already", _("Somebody has looked at this already."), status=409)
    held.handled_at, held.handled_by, held.handled_note = now(), by.account, note.strip()[:300]
    held.save(update_fields=["handled_at", "handled_by", "handled_note"])
    audit.record("reaction.answered", target=("reaction", held.id), by=by)
    return held


def _start(row: Reaction, rule: ReactionRule, by: Principal) -> None:
    """The session stops, the lot is barred for the province, the clocks run."""
    assert row.severe_at is not None
    session = _stop(row, by)
    lot_barring.bar_by_rule(row, by=by)
    notify = row.severe_at + timedelta(hours=rule.notify_hours)
    due: dict[str, datetime | None] = {f"notify_{who}": notify for who in rule.notify}
    due[Kind.INVESTIGATE] = row.severe_at + timedelta(hours=rule.investigate_hours)
    due |= {Kind.COUNCIL: None, Kind.PUBLISH: None}
    AefiStep.objects.bulk_create(
        [
            AefiStep(
                reaction=row,
                kind=Kind(kind),
                due_at=at,
                decision=_said(rule, kind, at),
                organisation=row.organisation,
                commune=session.commune if session else row.commune,
                province=row.given_province,
            )
            for kind, at in due.items()
        ]
    )
    audit.record("reaction.severe", target=("reaction", row.id), by=by)


def _said(rule: ReactionRule, kind: str, due: datetime | None) -> dict[str, object]:
    if due is None:
        return {}
    outcome = "notify" if kind.startswith("notify") else kind
    return asdict(rule.says(outcome, due=due.isoformat()))


def _stop(row: Reaction, by: Principal) -> Session | None:
    """Stop the session of the dose, where this account may; give the session either way."""
    session = Session.objects.filter(pk=row.session).first() if row.session else None
    if session is None:
        return None
    with translation.override("vi"):
        why = _("A severe event followed an injection.")
    running = [Session.State.PLANNED, Session.State.OPEN]
    stopped = Session.objects.filter(pk=session.pk, state__in=running).update(
        state=Session.State.STOPPED, stopped_at=row.severe_at, why_stopped=why
    )
    if stopped:
        audit.record("session.stopped", target=("session", session.id), by=by)
        facts.ring("vaccination.session")
    return session


def complete(step: AefiStep, *, document: str, note: str = "", by: Principal) -> AefiStep:
    """A step of the law was taken; the clock of the one that follows begins.

    Refused: document_missing, step_done, step_before, province_only, given_only.
    """
    if not document.strip():
        raise Refused("document_missing", _("Give the number of the document."))
    aefi_rights.refuse_elsewhere(step, by)
    held = AefiStep.objects.select_for_update().get(pk=step.pk)
    if held.done_at is not None:
        raise Refused("step_done", _("This step was taken already."), status=409)
    before = _FOLLOWS.get(Kind(held.kind))
    if before and held.due_at is None:
        raise Refused("step_before", _("The step before this one comes first."), status=409)
    if before and not by.has(Role.DIRECTOR, Role.TRACER):
        text = _("The province's council and health department take this step.")
        raise Refused("province_only", text, status=403)
    held.done_at, held.done_by = now(), by.account
    held.document, held.note = document.strip()[:80], note.strip()[:300]
    held.save(update_fields=["done_at", "done_by", "document", "note"])
    _begin_next(held)
    detail = {"kind": held.kind, "document": held.document}
    audit.record("aefi.step", target=("reaction", held.reaction_id), by=by, detail=detail)
    return held


def _begin_next(done: AefiStep) -> None:
    assert done.done_at is not None
    after = next((kind for kind, before in _FOLLOWS.items() if before == done.kind), None)
    if after is None:
        return
    row = done.reaction
    rule = reaction_rule(row.disease, now(), province=row.given_province)
    if after == Kind.COUNCIL:
        due = rule.council_due(done.done_at.astimezone(OFFSET))
    else:
        due = done.done_at + timedelta(hours=rule.publish_hours)
    AefiStep.objects.filter(reaction=row, kind=after, done_at=None).update(
        due_at=due, decision=_said(rule, after, due)
    )


def file_paper(row: Reaction, *, code: str, document: str, by: Principal) -> AefiPaper:
    """A paper of the compensation file has come in.

    Refused: document_missing, paper_unknown, paper_there.
    """
    if not document.strip():
        raise Refused("document_missing", _("Give the number of the document."))
    rule = reaction_rule(row.disease, now(), province=row.given_province)
    if code not in rule.papers:
        raise Refused("paper_unknown", _("Choose a paper from the list."))
    if AefiPaper.objects.filter(reaction=row, code=code).exists():
        raise Refused("paper_there", _("This paper is in the file already."), status=409)
    paper = AefiPaper.objects.create(
        reaction=row,
        code=code,
        document=document.strip()[:120],
        at=now(),
        by=by.account,
        commune=row.commune,
        province=row.given_province,
    )
    audit.record("aefi.paper", target=("reaction", row.id), by=by, detail={"code": code})
    return paper
