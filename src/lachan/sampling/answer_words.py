"""What a person reads of a sample.  Legal words and what to do now; never an F-label, and nobody is
positive by a shared tube."""

from typing import Any

from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.sampling.answer_reading import Answer
from lachan.sampling.answer_state import ON_PAPER, AnswerState
from lachan.sampling.selectors import Outcome
from lachan.ui.wording import clock, day, full_date, moment, number

State = AnswerState


def words_of(state: AnswerState) -> tuple[str, str]:
    """The state in two or three words, and what it means with what to do now."""
    return {
        State.PENDING: (_("No result yet"), _("The laboratory has not released it yet.")),
        State.NEGATIVE: (_("Negative"), _("No virus was found in this sample.")),
        State.NEGATIVE_BY_POOL: (
            _("Negative"),
            _("No virus was found in the tube that your sample shares."),
        ),
        State.POOL_POSITIVE: (
            _("Sample again"),
            _(
                "Your shared tube needs a check. You will be sampled alone. Nobody is taken for"
                " positive because of a shared tube. Please stay at home until your own result."
            ),
        ),
        State.POSITIVE: (
            _("Positive"),
            _(
                "Stay where you are and keep away from others. The health station calls you about"
                " what to do next. Hard to breathe or chest pain: call 115 now."
            ),
        ),
        State.PROVISIONAL: (
            _("To be confirmed"),
            _(
                "The rapid test needs a second test before it counts. Stay where you are and keep"
                " away from others until it is there."
            ),
        ),
        State.UNCLEAR: (
            _("Sample again"),
            _("The test gave no clear answer. You will be called."),
        ),
        State.REJECTED: (
            _("Sample again"),
            _(
                "The laboratory could not test this tube. You will be called; it says nothing of"
                " you."
            ),
        ),
        State.MISSING: (
            _("Sample again"),
            _("Your tube did not reach the laboratory. We are sorry: you will be called."),
        ),
        State.WITHDRAWN: (
            _("Being checked again"),
            _(
                "The result given before does not stand any more. Do not rely on it; you will be"
                " told what takes its place."
            ),
        ),
    }[state]


def for_citizen(row: Outcome) -> dict[str, Any]:
    """A sample as its owner reads it."""
    answer = row.answer
    shown: dict[str, Any] = {
        "sample": answer.sample,
        "tube": answer.sample.tube,
        "received_at": answer.received_at,
        "released_at": answer.released_at,
        "state": answer.state.value,
        "waits": answer.state == State.PENDING,
        "printed": answer.state in ON_PAPER,
    }
    if answer.state == State.PENDING:
        return shown | _waiting(row)
    big, text = words_of(answer.state)
    return shown | {
        "lead": _("Sampled %(at)s") % {"at": moment(answer.sample.taken_at)},
        "big": big,
        "text": text,
        "line": line_of(answer),
    }


def line_of(answer: Answer) -> str:
    """A sample in one line: what it says, and of which day."""
    return f"{words_of(answer.state)[0]} · {full_date(answer.sample.taken_at)}"


def newest_line(answer: Answer | None) -> str:
    """The newest sample of somebody in one line, for the list of a household."""
    if answer is None:
        return _("No sample yet")
    return line_of(answer)


def _waiting(row: Outcome) -> dict[str, Any]:
    """When it is expected, how sure that is, and from what; late is called late."""
    if row.expected_at < now():
        return {
            "lead": _("The result was expected before %(at)s") % {"at": moment(row.expected_at)},
            "big": _("It is late"),
            "text": _("The laboratory has not released it yet. You need not be sampled again."),
        }
    if row.percent is None:
        text = _("On %(day)s. Too few comparable tubes are known yet to say how sure this is.")
        text %= {"day": day(row.expected_at)}
    else:
        text = _(
            "On %(day)s. So it was with %(percent)s %% of %(tubes)s comparable tubes of the last"
            " days, those that still wait counted. If it is late, this page says so."
        ) % {"day": day(row.expected_at), "percent": row.percent, "tubes": number(row.tubes)}
    return {
        "lead": _("The result is expected"),
        "big": _("before %(at)s") % {"at": clock(row.expected_at)},
        "sure": f"{row.percent} %" if row.percent else "",
        "text": text,
    }
