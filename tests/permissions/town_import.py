"""What a laboratory's wire leaves in the town: a delivery, its message, and a refused row."""

from typing import TYPE_CHECKING

from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped
from lachan.sampling import import_wire
from tests.factories import cast
from tests.sampling.deliveries import message

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A machine sends the result of a tube that nobody knows."""
    technician = cast.of_organisation(Role.LABORATORY, uuid7())
    with scoped(technician, "laboratory") as by:
        import_wire.take_hl7(message("M-TOWN", ("T-TOWN-1", "positive")), by=by)
