"""The demo's clock is wound forward by a wish; the worker tells what happened until then.

Here a page reads which moments the story has and leaves the wish.  Production has neither story nor
wish, and the database refuses one there.
"""

from datetime import datetime, timedelta

from django.db import ProgrammingError, connections, transaction
from django.utils.translation import gettext as _

from lachan.core import facts
from lachan.core.clock import OFFSET, now
from lachan.core.models import ClockWish, Story
from lachan.core.refusals import Refused
from lachan.core.scope import reference_reading

FACT = "demo.clock"

#: Day and minute of the laboratory's release that the story turns on: 02:10 of day 6.
TURN = (6, 2 * 60 + 10)

#: The hour at which a day of the story is entered: offices open.
MORNING = 8 * 60


def story() -> Story | None:
    """The story this installation tells; None where none was told."""
    with reference_reading():
        return Story.objects.filter(id=1).first()


def moment_of(told: Story, day: int, minute: int) -> datetime:
    """The moment of the story's day (0 is the first) at a minute of that day."""
    return told.starts + timedelta(days=day, minutes=minute)


def day_of_story(told: Story, at: datetime) -> int:
    """Which day of the story `at` lies in."""
    return (at.astimezone(OFFSET).date() - told.starts.astimezone(OFFSET).date()).days


def moments(told: Story) -> list[datetime]:
    """What lies ahead: the release of 02:10, and each morning until the story's last."""
    days = (told.ends - told.starts).days
    all_of_them = [moment_of(told, *TURN)] + [moment_of(told, d, MORNING) for d in range(days)]
    return sorted(moment for moment in all_of_them if now() < moment <= told.ends)


def last_wish() -> ClockWish | None:
    """The newest wish, fulfilled or not."""
    with reference_reading():
        return ClockWish.objects.order_by("-id").first()


def ask(wanted: datetime) -> int:
    """Leave the wish that the clock goes on to `wanted`, and ring; give the wish's number.

    Refused: not_demo, clock_backwards, clock_beyond, clock_busy; all by the database.
    """
    try:
        with reference_reading(), transaction.atomic():
            with connections["default"].cursor() as cursor:
                cursor.execute("select core.ask_clock(%s)", [wanted])
                number = int(cursor.fetchone()[0])
            facts.ring(FACT)
    except ProgrammingError as error:
        raise refusal_of(error) from None
    return number


def refusal_of(error: ProgrammingError) -> Refused:
    """The refusal that `core.ask_clock` raised; another error is raised again."""
    code = getattr(getattr(error.__cause__, "diag", None), "message_primary", "")
    if code == "not_demo":
        return Refused("not_demo", _("Only a demo's clock can be wound."), status=404)
    if code == "clock_backwards":
        return Refused("clock_backwards", _("The clock only goes forward. Choose a later time."))
    if code == "clock_beyond":
        return Refused("clock_beyond", _("The story ends before that. Choose an earlier time."))
    if code == "clock_busy":
        return Refused(
            "clock_busy", _("The clock is being wound already. Wait until it stands."), status=409
        )
    raise error
