"""What measures leave in the town: an order with its paper, advice, and the case's requests."""

from typing import TYPE_CHECKING

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import scoped, system_scope
from lachan.isolation.scans import Upload
from lachan.isolation.services import advise
from lachan.tracing.measures import ask_for_patient
from lachan.tracing.models import MeasureRequest
from tests.factories import cast, orders

if TYPE_CHECKING:
    from tests.permissions.town import Town


def furnish(town: "Town") -> None:
    """An order decided with a paper and its scan, and advice where the law gives no order."""
    station = cast.of_commune(Role.STATION_OFFICER, town.here.commune)
    chairman = cast.of_commune(Role.COMMUNE_CHAIRMAN, town.here.commune)
    source, mate, *_others = town.factory.people.values()
    order = orders.proposed(source, now())
    scan = Upload(b"%PDF-1.7 a signed page")
    orders.signed(orders.listed([order], station), chairman, scan=scan)
    with system_scope("test") as by:
        advise(orders.asked(mate.id, now(), disease="covid-19"), by=by)
    tracer = cast.of_province(Role.TRACER, town.here.province)
    with scoped(tracer, "tracing"):
        ask_for_patient(
            kind=MeasureRequest.Kind.ADVICE, case=town.case, measure="isolate_home", by=tracer
        )
