"""Writing that somebody's codes were lost or copied."""

from uuid import UUID

from django.utils.translation import gettext as _

from lachan.core import audit
from lachan.core.clock import now
from lachan.core.refusals import Refused
from lachan.core.scope import Principal
from lachan.gate.models import Revocation
from lachan.people.models import Pseudonym


def revoke_codes(*, person: UUID, why: str, by: Principal) -> Revocation:
    """From now on every code of this person that was issued before is void; a new one is good.

    Refused: unknown_reason, not_seen.
    """
    if why not in Revocation.Why.values:
        raise Refused("unknown_reason", _("Say whether the slip was lost or the code copied."))
    pseudonym = Pseudonym.objects.filter(person=person).first()
    if pseudonym is None:
        raise Refused("not_seen", _("This person cannot be opened here."), status=404)
    made = Revocation.objects.create(
        person_id=person,
        trace_id=pseudonym.trace_id,
        at=now(),
        why=why,
        made_by=by.account,
        commune=pseudonym.commune,
        province=pseudonym.province,
    )
    audit.record("codes.revoked", target=("person", person), by=by, detail={"why": why})
    return made
