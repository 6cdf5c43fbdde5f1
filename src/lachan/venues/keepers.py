"""Whose list it is: the organisation of the account."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core.refusals import Refused
from lachan.core.scope import Principal

#: No organisation has it: an account without one reads nothing.
NOBODYS = UUID(int=0)


def body_of(by: Principal) -> UUID:
    """The organisation whose rows an account reads; `NOBODYS` for an account without one."""
    return by.organisation or NOBODYS


def own_organisation(by: Principal) -> UUID:
    """The organisation somebody keeps the list of.  Refused: no_organisation."""
    if by.organisation is None:
        raise Refused(
            "no_organisation", _("This account keeps no organisation's list."), status=403
        )
    return by.organisation
