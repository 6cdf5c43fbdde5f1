"""Sentences of corrections: what a positive brought about, and what happens to it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lachan.core.clock import now
from lachan.corrections.kinds import HUMAN, KEPT, REACHING, Act, Kind
from lachan.corrections.models import Correction, Undoing
from lachan.places.selectors import unit_name

State, Outcome = Correction.State, Undoing.Outcome

Counts = Iterable[Mapping[str, Any]]


def kind_word(kind: str) -> str:
    """What a kind is called."""
    return {
        Kind.CASE: _("Case"),
        Kind.CONTACT: _("Contacts on its list"),
        Kind.LEVEL: _("Levels of the chain"),
        Kind.HANDOVER: _("Hand-overs to communes"),
        Kind.OUTBREAK: _("Place in an outbreak"),
        Kind.TOLD: _("Message to the person that a result is there"),
        Kind.NOTICE: _("Messages to contacts"),
        Kind.ORDER: _("Isolation proposals and orders"),
        Kind.ZONE: _("Zone proposals and zones"),
        Kind.REQUEST: _("Requests to be sampled"),
        Kind.RESULT: _("Result of the laboratory"),
    }[Kind(kind)]


def sentence(kind: str, act: str) -> str:
    """What happens to things of this kind, in one sentence."""
    return {
        (Kind.CASE, Act.WITHDRAW): _("It counts no more; reports from now on are without it."),
        (Kind.CONTACT, Act.RULE_OUT): _("Nobody decided on them: they are ruled out."),
        (Kind.CONTACT, Act.KEEP_DECIDED): _(
            "Somebody decided on them: the row stays, what was asked of them is undone."
        ),
        (Kind.LEVEL, Act.RECOMPUTE): _("Everybody's level is computed anew, as new facts."),
        (Kind.OUTBREAK, Act.NOT_COUNTED): _("The outbreak counts it no more."),
        (Kind.HANDOVER, Act.RECALL): _("Recalled: the commune has nothing to do any more."),
        (Kind.HANDOVER, Act.KEEP): _("Another case asks the same: it stays."),
        (Kind.NOTICE, Act.DROP): _("Not sent yet: it is dropped."),
        (Kind.NOTICE, Act.CORRECT): _(
            "Sent: recalled, and a correcting message goes out with this decision."
        ),
        (Kind.NOTICE, Act.KEEP): _("Another case asks the same: it stays."),
        (Kind.TOLD, Act.DROP): _("Not sent yet: it is dropped."),
        (Kind.TOLD, Act.CORRECT): _("Sent: a message says that the result does not stand."),
        (Kind.ORDER, Act.DROP): _(
            "Nobody signed: dropped. A holding ends now and the person is told; gates forget it."
        ),
        (Kind.ORDER, Act.ASK_SIGNER): _(
            "Signed: only the signer cancels. A cancelling decision is drafted and laid before him."
        ),
        (Kind.ORDER, Act.KEEP): _("Another case asks the same: it stays."),
        (Kind.ZONE, Act.DROP): _("Nobody signed: dropped."),
        (Kind.ZONE, Act.ASK_SIGNER): _(
            "Signed: it is proposed to the signer to lift it. Until then gates go by it."
        ),
        (Kind.ZONE, Act.REPLAN): _(
            "It was planned for other cases too: the commune looks at it again."
        ),
        (Kind.REQUEST, Act.DROP): _("Nobody was sampled yet: dropped."),
        (Kind.REQUEST, Act.KEEP): _("Another case asks the same: it stays."),
        (Kind.RESULT, Act.TAKE_BACK): _(
            "Only the head of the laboratory takes the result back, or amends it."
        ),
    }[Kind(kind), Act(act)]


def lines(counts: Counts) -> list[dict[str, Any]]:
    """The list of a page: kind, number, sentence, and whether a human must finish it."""
    return [
        {
            "code": each["kind"],
            "act": each["act"],
            "kind": kind_word(each["kind"]),
            "count": each["count"],
            "sentence": sentence(each["kind"], each["act"]),
            "chip": _act_chip(each["act"]),
        }
        for each in counts
    ]


def grouped(counts: Counts, done: Counts = ()) -> list[tuple[str, list[dict[str, Any]]]]:
    """The same in the order in which a reader asks: people, what others must finish, records.

    `done`: what was done at once, before anybody pressed.
    """
    already = {(each["kind"], each["act"]) for each in done}
    found = lines(counts)
    for line in found:
        if (line["code"], line["act"]) in already and Act(line["act"]) not in HUMAN:
            line["chip"] = {"kind": "may", "icon": "check", "text": _("Done at once")}
    human = [line for line in found if Act(line["act"]) in HUMAN]
    people = [line for line in found if line["code"] in _PEOPLE and line not in human]
    records = [line for line in found if line not in human and line not in people]
    groups = [
        (_("What people were told or asked"), people),
        (_("What only another can finish"), human),
        (_("The records it came from"), records),
    ]
    return [(title, rows) for title, rows in groups if rows]


#: What somebody outside the office hears or does.
_PEOPLE = REACHING | {Kind.TOLD}


def _act_chip(act: str) -> dict[str, str]:
    if Act(act) in HUMAN:
        return {"kind": "need", "icon": "file-text", "text": _("Waits for another")}
    if Act(act) in KEPT:
        return {"kind": "", "icon": "lock", "text": _("Stays")}
    return {"kind": "info", "icon": "arrow-back-up", "text": _("By this press")}


def done_chip(act: str) -> dict[str, str]:
    """The same after the press."""
    if Act(act) in HUMAN or Act(act) in KEPT:
        return _act_chip(act)
    return {"kind": "may", "icon": "check", "text": _("Undone")}


def reaching_words(counts: Counts) -> str:
    """How much of it reached people outside the office."""
    number = sum(each["count"] for each in counts if each["kind"] in REACHING)
    if not number:
        return _("Nothing of it reaches anybody outside the office.")
    return ngettext(
        "%(count)d consequence reaches people outside the office.",
        "%(count)d consequences reach people outside the office.",
        number,
    ) % {"count": number}


def chip(correction: Correction) -> dict[str, str]:
    """Where a correction stands."""
    if correction.state == State.DONE:
        return {"kind": "may", "icon": "check", "text": _("Undone")}
    if correction.state == State.DECIDED:
        return {"kind": "info", "icon": "clock", "text": _("Being undone")}
    if correction.state == State.ASKED:
        return {"kind": "info", "icon": "clock", "text": _("Being looked up")}
    return {"kind": "need", "icon": "eye", "text": _("Waits for a press")}


def cause_word(correction: Correction) -> str:
    """Why it is on the board."""
    return {
        Correction.Cause.LOOKED_UP: _("looked up"),
        Correction.Cause.WITHDRAWN: _("withdrawn by the laboratory"),
        Correction.Cause.AMENDED: _("amended by the laboratory"),
        Correction.Cause.CASE_WITHDRAWN: _("case withdrawn"),
        Correction.Cause.REFUTED: _("RT-PCR did not confirm it"),
    }[Correction.Cause(correction.cause)]


def cause_of(correction: Correction) -> str:
    """Who says that it does not stand, as a sentence; "" while somebody only looks."""
    return {
        Correction.Cause.WITHDRAWN: _("The laboratory withdrew it."),
        Correction.Cause.AMENDED: _("The laboratory amended it."),
        Correction.Cause.CASE_WITHDRAWN: _("Its case was withdrawn."),
        Correction.Cause.REFUTED: _("RT-PCR of the same person is negative."),
    }.get(Correction.Cause(correction.cause), "")


def row_of(correction: Correction) -> dict[str, Any]:
    """A line of the board."""
    late = correction.due_at is not None and correction.due_at < now()
    return {
        "correction": correction,
        "href": reverse("corrections:withdrawal", args=[correction.result]),
        "name": correction.case.number if correction.case else _("Result of a tube"),
        "cause": cause_word(correction),
        "chip": chip(correction),
        "late": late and correction.decided_at is None,
        "reaching": reaching_words(correction.found),
    }


def task_of(task: Undoing) -> dict[str, Any]:
    """A task of a signer: what, where, since when."""
    return {
        "task": task,
        "kind": kind_word(task.kind),
        "sentence": sentence(task.kind, task.act),
        "where": unit_name(task.commune),
        "who": who_finishes(task),
    }


def who_finishes(task: Undoing) -> str:
    """Whose the task is, by office."""
    if task.kind == Kind.RESULT:
        return _("Head of the laboratory")
    return _("Chairman of %(commune)s") % {"commune": unit_name(task.commune)}


def events_of(rows: Iterable[Undoing]) -> list[dict[str, Any]]:
    """What became of each thing; what was one act in one commune is one line with its number."""
    alike: dict[tuple[Any, ...], list[Undoing]] = {}
    for row in rows:
        key = (row.kind, row.act, row.outcome, row.event, row.at, row.by, row.commune)
        alike.setdefault((*key, row.settled_at), []).append(row)
    return [_event(found[0], len(found)) for found in alike.values()]


def _event(row: Undoing, count: int) -> dict[str, Any]:
    return {
        "row": row,
        "count": count,
        "kind": kind_word(row.kind),
        "sentence": sentence(row.kind, row.act),
        "where": unit_name(row.commune),
        "chip": _outcome_chip(row),
        "who": who_finishes(row) if row.outcome == Outcome.TASK else "",
    }


def _outcome_chip(row: Undoing) -> dict[str, str]:
    if row.outcome == Outcome.KEPT:
        return {"kind": "", "icon": "lock", "text": _("Stays")}
    if row.outcome == Outcome.TASK and row.settled_at is None:
        return {"kind": "need", "icon": "file-text", "text": _("Waits for another")}
    return {"kind": "may", "icon": "check", "text": _("Undone")}


def verdict(waiting: int, tasks: int) -> str:
    """What is to be done."""
    if not waiting and not tasks:
        return _("No correction waits.")
    parts = []
    if waiting:
        parts.append(
            ngettext(
                "%(count)d positive does not stand and waits for a press, because nothing is undone"
                " before a human has decided it.",
                "%(count)d positives do not stand and wait for a press, because nothing is undone"
                " before a human has decided it.",
                waiting,
            )
            % {"count": waiting}
        )
    if tasks:
        parts.append(
            ngettext(
                "%(count)d thing waits for its signer.",
                "%(count)d things wait for their signers.",
                tasks,
            )
            % {"count": tasks}
        )
    return " ".join(parts)
