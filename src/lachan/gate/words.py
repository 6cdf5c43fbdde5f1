"""Why a scan was not taken, in words for a manager."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: code of an answer -> what a manager reads.
REASONS: dict[str, str | Promise] = {
    "different_content": _("stored already with other content; kept for review"),
    "clock_wrong": _("the device's clock was wrong"),
    "unknown_place": _("the place is closed"),
    "bad_token": _("the code was not issued here, or had expired"),
    "code_revoked": _("the code had been reported lost"),
    "not_allowed": _("the device was closed before this scan"),
    "other_place": _("the device stands at another place"),
    "masked_card": _("the number on the card is hidden"),
    "two_persons": _("the card is on record for two people"),
    "unreadable": _("could not be read"),
    "unknown_code": _("could not be read"),
    "input_method_on": _("could not be read"),
    "place_code": _("could not be read"),
    "place_closed": _("the place is closed"),
}


def reason_of(code: str) -> str:
    """Words for a code; the code itself where there are none."""
    return str(REASONS.get(code, code))
