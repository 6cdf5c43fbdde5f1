"""Tubes with people in them, and what the laboratory released of them, without a browser."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.scope import scoped, system_scope
from lachan.sampling import pool_tasks, services
from lachan.sampling.models import Result, Tube
from lachan.sampling.services import Found
from lachan.tracing import tasks as tracing_tasks
from tests.factories.people import person
from tests.sampling.people_at_the_table import Team

DISEASE = "covid-19"


def people(at: Team, names: Iterable[str], **more: object) -> list[UUID]:
    """People whom the table may see."""
    made = [person(name, **more).id for name in names]
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", made, to_organisation=at.sampler.organisation, until=until)
    return made


def tube_of(
    at: Team,
    inside: Iterable[UUID],
    *,
    limit: int = 1,
    disease: str = DISEASE,
    taken_at: datetime | None = None,
    method: str = "pcr",
) -> Tube:
    """A closed tube of the team with these people in it."""
    with scoped(at.sampler, "sampling") as by:
        tube = services.open_tube(
            barcode=f"A-{uuid7().hex[-10:]}",
            limit=limit,
            disease=disease,
            laboratory=at.laboratory,
            method=method,
            by=by,
            at=taken_at,
        )
        for whom in inside:
            services.add_sample(tube=tube, person=whom, reason="contact", by=by, at=taken_at)
        services.close_tube(tube=tube, by=by)
    return tube


def released(at: Team, tube: Tube, outcome: str, *, confirms: bool = True) -> Result:
    """What the laboratory found, released by two hands."""
    with scoped(at.technician, "laboratory") as by:
        result = services.enter_result(barcode=tube.barcode, found=Found(outcome), by=by)
        services.approve_result(result=result, by=by)
    with scoped(at.lead, "laboratory") as by:
        services.release_result(result=result, by=by, confirms=confirms)
    return result


def worked() -> None:
    """What the worker does of a released result, but for messages that it is there."""
    pool_tasks.ask_positive_pools_again()
    tracing_tasks.new_positives()
    tracing_tasks.ask_pools_to_stay()


def withdrawn(at: Team, result: Result) -> None:
    """The laboratory takes it back."""
    with scoped(at.lead, "laboratory") as by:
        services.withdraw_result(result=result, reason="Nhầm ống", by=by)
