"""The demo's clock is wound forward by a wish; the worker tells what happened until then.

Here a page reads which moments the story has and leaves the wish.  Production has neither story nor
wish, and the database refuses one there.
"""

from datetime import datetime, timedelta

from django.db import connections, transaction
from django.utils.translation import gettext as _

from lachan.core import facts
from lachan.core.clock import OFFSET, now
from lachan.core.installation import look_again
from lachan.core.models import ClockWish, Installation, Story
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


def ask(wanted: datetime) -> None:
    """Leave the wish that the clock goes on to `wanted`, and ring.

    The database decides; here stands only why it said no.
    Refused: not_demo, clock_backwards, clock_beyond, clock_busy.
    """
    with reference_reading(), transaction.atomic():
        with connections["default"].cursor() as cursor:
            cursor.execute("select core.ask_clock(%s)", [wanted])
            if not cursor.fetchone()[0]:
                raise _refusal(wanted)
        facts.ring(FACT)


def _refusal(wanted: datetime) -> Refused:
    told = story()
    if told is None or look_again().kind != Installation.Kind.DEMO:
        return Refused("not_demo", _("Only a demo's clock can be wound."), status=404)
    if wanted <= now():
        return Refused("clock_backwards", _("The clock only goes forward. Choose a later time."))
    if wanted > told.ends:
        return Refused("clock_beyond", _("The story ends before that. Choose an earlier time."))
    return Refused(
        "clock_busy", _("The clock is being wound already. Wait until it stands."), status=409
    )
