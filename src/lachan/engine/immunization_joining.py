"""What is given together: one forecast for measles and rubella, which one vaccine carries."""

from collections.abc import Iterable, Mapping
from datetime import date

from lachan.engine.immunization_answers import Assessment, Forecast, SeriesStatus
from lachan.engine.immunization_schedule import Programme

#: What a group is when no antigen of it is due: the first of these that one of them has.
_ORDER = (
    SeriesStatus.CONTRAINDICATED,
    SeriesStatus.SEASON_OVER,
    SeriesStatus.COMPLETE,
    SeriesStatus.IMMUNE,
    SeriesStatus.AGED_OUT,
    SeriesStatus.NOT_RECOMMENDED,
)


def joined(programme: Programme, found: Mapping[str, Assessment]) -> dict[str, Forecast]:
    """group -> forecast of its antigens together."""
    return {
        name: _together(
            [found[each].forecast for each in antigens if each in found], name, programme
        )
        for name, antigens in programme.groups.items()
    }


def _together(forecasts: list[Forecast], name: str, programme: Programme) -> Forecast:
    """A vaccine of several antigens waits until each of them may be given again.

    Of a group given as a whole, one antigen that is forbidden forbids the vaccine.
    """
    statuses = {each.status for each in forecasts}
    if name in programme.whole and SeriesStatus.CONTRAINDICATED in statuses:
        return Forecast(SeriesStatus.CONTRAINDICATED)
    due = [each for each in forecasts if each.status is SeriesStatus.NOT_COMPLETE]
    if not due:
        return Forecast(next((each for each in _ORDER if each in statuses), _ORDER[-1]))
    if len(due) == 1:
        return due[0]
    earliest = max(_known(each.earliest for each in due), default=None)
    return Forecast(
        SeriesStatus.NOT_COMPLETE,
        number=min(each.number or 1 for each in due),
        step=due[0].step,
        earliest=earliest,
        recommended=_no_earlier(
            min(_known(each.recommended for each in due), default=None), earliest
        ),
        past_due=_no_earlier(min(_known(each.past_due for each in due), default=None), earliest),
        latest=min(_known(each.latest for each in due), default=None),
        vaccines=tuple(
            each for each in due[0].vaccines if all(each in other.vaccines for other in due)
        ),
    )


def _known(days: Iterable[date | None]) -> list[date]:
    return [each for each in days if each is not None]


def _no_earlier(day: date | None, than: date | None) -> date | None:
    return max(day, than) if day and than else day
