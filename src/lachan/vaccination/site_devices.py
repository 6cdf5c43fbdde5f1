"""The devices of a facility's sites: enrolled by who vaccinates, closed when one is lost."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret, new_device_token
from lachan.vaccination.models import SiteDevice

#: Who answers for the devices of a facility beside who enrolled one.
HEADS = (Role.STATION_OFFICER, Role.DIRECTOR)


def facility_of(by: Principal) -> UUID:
    """The facility somebody signed in for.  Refused: no_facility."""
    if by.organisation is None:
        raise Refused("no_facility", _("Sign in for the facility that vaccinates."))
    return by.organisation


def enrol_device(*, label: str, by: Principal) -> tuple[SiteDevice, str]:
    """A new device of the own facility, and its token, which is told this one time.

    Refused: no_facility.
    """
    token = new_device_token()
    device = SiteDevice(
        organisation=facility_of(by),
        label=label.strip()[:60] or _("Vaccination site"),
        token_sha256=hash_secret(token),
        made_at=now(),
        made_by=by.account,
    )
    device.save(force_insert=True)
    audit.record("site_device.enrolled", target=("site_device", device.id), by=by)
    return device, token


def close_device(*, device: UUID, by: Principal) -> SiteDevice:
    """A device was lost or given away: what it sends from now on is refused.

    Refused: unknown_device, not_your_device.
    """
    found = SiteDevice.objects.filter(pk=device).first()
    if found is None or found.organisation != by.organisation:
        raise Refused("unknown_device", _("Your facility has no such device."), status=404)
    if not (by.has(*HEADS) or found.made_by == by.account):
        raise Refused(
            "not_your_device",
            _("Somebody else enrolled this device: the head of the facility closes it."),
            status=403,
        )
    if found.closed_at is None:
        found.closed_at, found.closed_by = now(), by.account
        found.save(update_fields=["closed_at", "closed_by"])
        audit.record("site_device.closed", target=("site_device", found.id), by=by)
    return found
