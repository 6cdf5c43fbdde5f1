"""What results leave in the town: a positive pool with its people, a slip, a paper, a pace."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.people.selectors import card_of
from lachan.sampling import answer_pace, answer_tasks, pool_tasks, services
from lachan.sampling.answer_paper import paper_of
from lachan.sampling.answer_reading import answers_of
from lachan.sampling.answer_slips import give_slips
from lachan.sampling.models import Tube
from lachan.tracing import tasks as tracing_tasks
from tests.factories import cast

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """A guest was in a positive pool, was sampled alone, and has slip and paper of it."""
    guest = town.factory.people["Vũ Văn Hùng"]
    sampler, laboratory = cast.of_organisation(Role.SAMPLER), uuid7()
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [guest.id], to_organisation=sampler.organisation, until=until)
    for limit, outcome in ((10, "positive"), (1, "negative")):
        with scoped(sampler, "sampling") as by:
            tube = services.open_tube(
                barcode=f"W{uuid7().hex[-10:]}",
                limit=limit,
                disease=town.case.disease,
                laboratory=laboratory,
                by=by,
            )
            services.add_sample(tube=tube, person=guest.id, reason="contact", by=by)
            services.close_tube(tube=tube, by=by)
        _released(tube, laboratory, outcome)
    with scoped(sampler, "sampling") as by:
        give_slips(persons=[guest.id], site="http://localhost", by=by)
    pool_tasks.ask_positive_pools_again()
    answer_tasks.tell_released()
    tracing_tasks.ask_pools_to_stay()
    with system_scope("test") as by:
        card = card_of(guest.id)
        assert card is not None
        paper_of(answers_of(guest.id)[0], card, by=by)
        answer_pace.count()


def _released(tube: Tube, laboratory: object, outcome: str) -> None:
    technician = cast.of_organisation(Role.LABORATORY, laboratory)  # type: ignore[arg-type]
    lead = cast.of_organisation(Role.LABORATORY_LEAD, laboratory)  # type: ignore[arg-type]
    with scoped(technician, "laboratory") as by:
        found = services.Found(outcome)
        result = services.enter_result(barcode=tube.barcode, found=found, by=by)
        services.approve_result(result=result, by=by)
    with scoped(lead, "laboratory") as by:
        services.release_result(result=result, by=by)
