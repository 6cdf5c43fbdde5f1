"""The figures of a disease's exposure score, read from a file of JSON."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lachan.config.commands.tracefiles.sources import UnreadableFileError
from lachan.engine.scoring_rule import BadScoringError, Scoring

#: Permille in a whole, minutes in a day.
WHOLE, DAY_MINUTES = 1_000, 1_440

#: The keys of a profile; all of them are needed, so that nobody gets a figure by omission.
KEYS = (
    "rate_millionths_an_hour",
    "unseen_millionths",
    "infectious_permille_by_day",
    "infectious_first_day",
    "imputed_permille",
    "susceptible_permille_unknown",
    "susceptible_permille_by_doses",
    "onset_after_hours",
    "place_permille_by_kind",
    "place_permille_otherwise",
    "home_permille",
    "home_from_minute",
    "home_minutes",
)
RATES = ("visit", "encounter", "household")


@dataclass(frozen=True)
class Profile:
    """The figures of the score, and how much a kind of place and a day at home count.

    `places`: permille by kind of place, 0 where being there together only relates people.
    A day at home is `home_minutes` from `home_from_minute` of the day, at `home_permille`.
    """

    scoring: Scoring
    places: dict[str, int] = field(default_factory=dict)
    other_place: int = WHOLE
    home_permille: int = WHOLE
    home_from_minute: int = 0
    home_minutes: int = DAY_MINUTES

    def __post_init__(self) -> None:
        shares = (*self.places.values(), self.other_place, self.home_permille)
        if not all(0 <= share <= WHOLE for share in shares):
            raise BadScoringError("places and home are permille, 0 to 1000")
        if not (0 <= self.home_from_minute < DAY_MINUTES and 0 < self.home_minutes <= DAY_MINUTES):
            raise BadScoringError("home_from_minute and home_minutes are minutes of one day")


def read_profile(path: str) -> Profile:
    """The profile of a file; every figure a whole number.  Other keys are for the reader."""
    try:
        text = Path(path).read_text("utf-8")
    except OSError as error:
        raise UnreadableFileError(
            "unreadable_file", f"The profile cannot be read: {error.strerror}."
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError("bad_profile", "The profile is not text in UTF-8.") from error
    try:
        return profile_of(json.loads(text))
    except json.JSONDecodeError as error:
        raise UnreadableFileError("bad_profile", f"The profile is no JSON: {error}.") from error
    except BadScoringError as error:
        raise UnreadableFileError("bad_profile", f"The profile cannot be used: {error}.") from error


def profile_of(profile: Any) -> Profile:
    """The figures of a profile that was read; `BadScoringError` says what is wrong with it."""
    if not isinstance(profile, dict):
        raise BadScoringError("it is not an object with keys")
    missing = [key for key in KEYS if key not in profile]
    if missing:
        raise BadScoringError(f"it lacks {', '.join(missing)}")
    rates = profile["rate_millionths_an_hour"]
    if not isinstance(rates, dict) or set(rates) != set(RATES):
        raise BadScoringError(f"rate_millionths_an_hour needs {', '.join(RATES)}")
    places = profile["place_permille_by_kind"]
    if not isinstance(places, dict):
        raise BadScoringError("place_permille_by_kind is not an object with kinds")
    return Profile(
        scoring=scoring_of(profile),
        places={kind: whole(share) for kind, share in places.items()},
        other_place=whole(profile["place_permille_otherwise"]),
        home_permille=whole(profile["home_permille"]),
        home_from_minute=whole(profile["home_from_minute"]),
        home_minutes=whole(profile["home_minutes"]),
    )


def scoring_of(profile: dict[str, Any]) -> Scoring:
    """The figures of the score itself."""
    rates = profile["rate_millionths_an_hour"]
    return Scoring(
        rate=(whole(rates["visit"]), whole(rates["encounter"]), whole(rates["household"])),
        unseen=whole(profile["unseen_millionths"]),
        infectious=wholes(profile["infectious_permille_by_day"]),
        first_day=whole(profile["infectious_first_day"]),
        imputed=whole(profile["imputed_permille"]),
        susceptible=(
            whole(profile["susceptible_permille_unknown"]),
            *wholes(profile["susceptible_permille_by_doses"]),
        ),
        onset_after=whole(profile["onset_after_hours"]) * 3_600,
    )


def wholes(values: Any) -> tuple[int, ...]:
    """A list of whole numbers."""
    if not isinstance(values, list):
        raise BadScoringError(f"{values!r} is not a list")
    return tuple(whole(value) for value in values)


def whole(value: Any) -> int:
    """A whole number of a size that can be counted with."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 10**9:
        raise BadScoringError(f"{value!r} is not a whole number, or too large")
    return value


def as_json(profile: Profile, **about: str) -> str:
    """The text that `read_profile` reads back; `about` tells where the figures are from."""
    scoring = profile.scoring
    figures: dict[str, Any] = {
        "rate_millionths_an_hour": dict(zip(RATES, scoring.rate, strict=True)),
        "unseen_millionths": scoring.unseen,
        "infectious_permille_by_day": list(scoring.infectious),
        "infectious_first_day": scoring.first_day,
        "imputed_permille": scoring.imputed,
        "susceptible_permille_unknown": scoring.susceptible[0],
        "susceptible_permille_by_doses": list(scoring.susceptible[1:]),
        "onset_after_hours": scoring.onset_after // 3_600,
        "place_permille_by_kind": profile.places,
        "place_permille_otherwise": profile.other_place,
        "home_permille": profile.home_permille,
        "home_from_minute": profile.home_from_minute,
        "home_minutes": profile.home_minutes,
    }
    return json.dumps(about | figures, indent=2, ensure_ascii=False) + "\n"
