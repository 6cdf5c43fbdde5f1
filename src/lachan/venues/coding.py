"""A place gets its code."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.formats.placecode import new_place_code
from lachan.places.models import Place
from lachan.venues.models import MINUTES_BY_KIND, USUAL_MINUTES, Venue

#: 31**7 codes: a second clash in a row does not happen before the register has billions.
_TRIES = 5


def give_code(*, place: Place, state: str, **told: Any) -> Venue:
    """The venue of a place that has none; `told`: what its people say of it.

    Refused: no_free_code.
    """
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                return Venue.objects.create(
                    place=place,
                    organisation=place.organisation_id,
                    commune=place.commune,
                    province=place.province,
                    code=new_place_code(),
                    imputed_minutes=MINUTES_BY_KIND.get(place.kind, USUAL_MINUTES),
                    made_at=now(),
                    state=state,
                    state_since=now(),
                    **told,
                )
        except IntegrityError:
            continue
    raise Refused("no_free_code", _("No code could be given: try again."))
