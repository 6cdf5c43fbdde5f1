"""The devices of a unit's sampling tables: enrolled by who samples, closed when one is lost."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.roles import Role
from lachan.core.scope import Principal
from lachan.credentials.secrets import hash_secret, new_device_token
from lachan.places.models import Organisation
from lachan.places.selectors import today_of
from lachan.sampling.models import TableDevice

#: Who answers for a unit that takes samples: the officer of a station, the director of a CDC.
#: Source: practice.md section 2, "Roles and scopes".
HEADS = (Role.STATION_OFFICER, Role.DIRECTOR)


def is_head(by: Principal) -> bool:
    """Whether somebody answers for the tables of the own unit."""
    return any(by.has(role) for role in HEADS)


def enrol_device(
    *, label: str, by: Principal, commune: int | None = None
) -> tuple[TableDevice, str]:
    """A new device of the own unit, and its token, which is told this one time.

    `commune`: where the table stands, the unit's own seat where nothing is said; people who are
    made at the table stay there.  Refused: no_unit.
    """
    if by.organisation is None:
        raise Refused("no_unit", _("Sign in for the unit that takes the samples."))
    seat = _seat(by.organisation, commune)
    token = new_device_token()
    device = TableDevice(
        organisation=by.organisation,
        label=label.strip()[:60] or _("Sampling table"),
        token_sha256=hash_secret(token),
        commune=seat[0],
        province=seat[1],
        made_at=now(),
        made_by=by.account,
    )
    device.save(force_insert=True)
    audit.record("table_device.enrolled", target=("table_device", device.id), by=by)
    return device, token


def _seat(organisation: UUID, commune: int | None) -> tuple[int | None, int | None]:
    unit = Organisation.objects.filter(pk=organisation).first()
    wanted = commune or (unit.commune if unit else None)
    if wanted is None:
        return None, None
    where = today_of(wanted)
    return (where.commune, where.province) if where.commune else (None, None)


def close_device(*, device: UUID, by: Principal) -> TableDevice:
    """A device was lost or given away: what it sends from now on is refused.

    The unit's head closes any, who enrolled one his own.  Refused: unknown_device, not_your_device.
    """
    found = TableDevice.objects.filter(pk=device).first()
    if found is None or found.organisation != by.organisation:
        raise Refused("unknown_device", _("Your unit has no such device."), status=404)
    if not (is_head(by) or found.made_by == by.account):
        raise Refused(
            "not_your_device",
            _("Somebody else enrolled this device: the head of the unit closes it."),
            status=403,
        )
    if found.closed_at is None:
        found.closed_at, found.closed_by = now(), by.account
        found.save(update_fields=["closed_at", "closed_by"])
        audit.record("table_device.closed", target=("table_device", found.id), by=by)
    return found
