"""A declaration before crossing the border is made in the days that the rule names."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lachan.core.clock import day_of
from lachan.core.refusals import Refused
from lachan.declarations import selectors
from lachan.declarations.questionnaire import Questionnaire
from lachan.ui.wording import full_date


def refuse_outside(
    asked: Questionnaire, answers: Mapping[str, Any], *, at: datetime, province: int | None
) -> None:
    """Refused: declared_too_early, crossing_passed.  `answers` in their written form."""
    for question in asked.questions:
        if not question.ahead or question.code not in answers:
            continue
        days = selectors.days_before(question.ahead, at=at, province=province)
        if days is not None:
            _within(date.fromisoformat(answers[question.code]), days, day_of(at))


def _within(crossing: date, days: int, today: date) -> None:
    opens = crossing - timedelta(days=days)
    if today < opens:
        raise Refused(
            "declared_too_early",
            _("Declare within %(days)s days before entering: from %(opens)s on.")
            % {"days": days, "opens": full_date(opens)},
        )
    if crossing < today:
        raise Refused(
            "crossing_passed",
            _("This day of entry is over. Tell the health officer at the border gate."),
        )
