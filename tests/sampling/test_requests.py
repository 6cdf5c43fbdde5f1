"""Who is to be sampled: asked once per cause, answered by the sample that fits, open again after it
was taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest

from lachan.core import grants
from lachan.core.clock import now
from lachan.core.ids import uuid7
from lachan.core.refusals import Refused
from lachan.core.scope import scoped, system_scope
from lachan.sampling import selectors, services
from lachan.sampling.models import Sample, SampleRequest, Tube
from lachan.sampling.services import Found, Wanted
from tests.factories.people import person
from tests.sampling.people_at_the_table import Team, team

DISEASE = "covid-19"


def somebody(at: Team) -> UUID:
    """A person whom the table may see."""
    made = person("Giàng Thị Mỷ")
    with system_scope("test"):
        until = now() + timedelta(days=1)
        grants.give("person", [made.id], to_organisation=at.sampler.organisation, until=until)
    return made.id


def wanted(whom: UUID, **more: object) -> Wanted:
    """A contact to be sampled."""
    given = {"reason": "contact", "source": "contact", "source_id": uuid7()} | more
    return Wanted(whom, DISEASE, **given)  # type: ignore[arg-type]


def ask(*people: Wanted) -> list[SampleRequest]:
    """Asked by the worker, as from a zone or a contact list."""
    with system_scope("test") as by:
        return services.request_samples(people, by=by)


def tube(at: Team, limit: int = 1, method: str = "pcr") -> Tube:
    """An open tube of the team."""
    with scoped(at.sampler, "sampling") as by:
        return services.open_tube(
            barcode=f"R-{uuid7().hex[-10:]}",
            limit=limit,
            disease=DISEASE,
            laboratory=at.laboratory,
            method=method,
            by=by,
        )


def add(at: Team, into: Tube, whom: UUID) -> Sample:
    """Scan somebody into a tube."""
    with scoped(at.sampler, "sampling") as by:
        return services.add_sample(tube=into, person=whom, reason="contact", by=by)


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done inside is refused with this code."""
    with pytest.raises(Refused) as said:
        yield
    assert said.value.code == code


def state(request: SampleRequest) -> str:
    """What became of a request."""
    with system_scope("test"):
        return SampleRequest.objects.get(pk=request.pk).state


def test_the_same_source_asks_once() -> None:
    one = wanted(somebody(team()))
    assert len(ask(one, one)) == 1
    assert ask(one) == []


def test_the_sample_answers_every_request_it_fits() -> None:
    at = team()
    whom = somebody(at)
    contact, zone = ask(wanted(whom)), ask(wanted(whom, source="zone", reason="zone"))
    add(at, tube(at), whom)
    assert {state(request) for request in (*contact, *zone)} == {"done"}


@pytest.mark.parametrize(
    ("asked", "taken", "answered"),
    [
        ({"single": True}, {"limit": 5}, False),
        ({"single": True}, {"limit": 1}, True),
        ({"method": "pcr"}, {"method": "rapid"}, False),
        ({"method": "rapid"}, {"method": "rapid"}, True),
        ({"method": "rapid"}, {"method": "pcr"}, True),
    ],
)
def test_a_sample_answers_only_what_it_can(
    asked: dict[str, object], taken: dict[str, object], answered: bool
) -> None:
    at = team()
    whom = somebody(at)
    [request] = ask(wanted(whom, **asked))
    add(at, tube(at, **taken), whom)  # type: ignore[arg-type]
    assert state(request) == ("done" if answered else "open")


def test_a_sample_taken_back_leaves_the_request_open_and_the_place_free() -> None:
    at = team()
    whom = somebody(at)
    [request] = ask(wanted(whom))
    into = tube(at)
    sample = add(at, into, whom)
    with scoped(at.sampler, "sampling") as by:
        services.take_back(sample=sample, by=by)
        assert selectors.samples_in(into) == []
        with refused("already_out"):
            services.take_back(sample=sample, by=by)
    assert state(request) == "open"
    add(at, into, whom)
    assert state(request) == "done"


def test_only_the_own_team_takes_back_and_only_from_an_open_tube() -> None:
    at, elsewhere = team(), team()
    into = tube(at)
    sample = add(at, into, somebody(at))
    with pytest.raises(Tube.DoesNotExist), scoped(elsewhere.sampler, "sampling") as by:
        services.take_back(sample=sample, by=by)
    with scoped(at.sampler, "sampling") as by:
        services.close_tube(tube=into, by=by)
        into.refresh_from_db()
        with refused("tube_closed"):
            services.take_back(sample=sample, by=by)


def test_a_withdrawn_result_is_nobodys_any_more() -> None:
    at = team()
    whom = somebody(at)
    into = tube(at)
    add(at, into, whom)
    with scoped(at.technician, "laboratory") as by:
        result = services.enter_result(barcode=into.barcode, found=Found("positive"), by=by)
        services.approve_result(result=result, by=by)
    with scoped(at.lead, "laboratory") as by:
        services.release_result(result=result, by=by)
    with system_scope("test"):
        assert [one.outcome for one in selectors.outcomes_of(whom)] == ["positive"]
    with scoped(at.lead, "laboratory") as by:
        services.withdraw_result(result=result, reason="Nhầm ống", by=by)
    with system_scope("test"):
        assert [one.outcome for one in selectors.outcomes_of(whom)] == [None]
        assert all(one.person != whom for one in selectors.released_positives([]))


def test_a_request_is_dropped_with_a_reason_and_once() -> None:
    [request] = ask(wanted(somebody(team())))
    with system_scope("test") as by:
        with refused("reason_needed"):
            services.drop_request(request, reason=" ", by=by)
        services.drop_request(request, reason="Đã chuyển đi", by=by)
        with refused("request_ended"):
            services.drop_request(request, reason="Đã chuyển đi", by=by)
