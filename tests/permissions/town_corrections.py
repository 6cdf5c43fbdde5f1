"""What a correction leaves in the town, and a rapid test that was traced before RT-PCR."""

from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.corrections import services, tasks
from lachan.corrections.models import Correction, Undoing
from lachan.tracing.models import Suspicion
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """The tracer looks up what the source's positive brought about."""
    tracer = cast.of_province(Role.TRACER, town.here.province)
    assert town.case.result is not None
    with scoped(tracer, "corrections"):
        services.look_up(result=town.case.result, case=town.case, laboratory=None, by=tracer)
    tasks.look_up()
    with system_scope("test") as by:
        correction = Correction.objects.get(result=town.case.result)
        Undoing.objects.create(
            correction=correction,
            kind="case",
            act="withdraw",
            target=uuid7(),
            outcome="undone",
            at=now(),
            by=by.account,
            by_name=by.name,
            commune=town.here.commune,
            province=town.here.province,
        )
    _suspicion(town)


def _suspicion(town: "Town") -> None:
    """A rapid test of the source that was traced before RT-PCR; only its row, not the test."""
    Suspicion.objects.using("owner").create(
        result=uuid7(),
        person_id=town.case.person_id,
        asked_at=now(),
        asked_by=uuid7(),
        asked_by_name="tracer",
        commune=town.here.commune,
        province=town.here.province,
    )
