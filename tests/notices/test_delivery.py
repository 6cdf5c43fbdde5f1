"""What became of a message: delivered, tried again, and at last a person to call."""

from datetime import timedelta

from lachan.core.clock import now
from lachan.core.roles import Role
from lachan.core.scope import system_scope
from lachan.notices import services
from lachan.notices.models import Notice
from lachan.rulebook.selectors import results_rule
from tests.factories import cast
from tests.notices.test_sending import approved, gateway, messages
from tests.sampling.people_at_the_table import browser

__all__ = ["gateway"]

#: The sandbox never reaches a number that begins so.
OFF = "0999000111"


def state(row: Notice) -> Notice:
    with system_scope("test"):
        return Notice.objects.get(pk=row.pk)


def test_a_message_that_arrived_is_delivered(gateway: str) -> None:
    [row] = approved(1, "0900000791")
    with system_scope("test") as by:
        services.send_approved(by=by)
        services.ask_deliveries(by=by)
    found = state(row)
    assert (found.state, found.delivery) == ("sent", "delivered")
    assert found.delivery_at is not None


def test_a_telephone_that_is_off_is_tried_again_and_then_somebody_must_call(gateway: str) -> None:
    [row] = approved(1, OFF)
    with system_scope("test"):
        tries = results_rule(now()).send_tries
    for number in range(1, tries + 1):
        with system_scope("test") as by:
            assert services.send_approved(by=by) == 1
            services.ask_deliveries(by=by)
        found = state(row)
        assert found.tries == number
        if number < tries:
            assert found.state == "approved"
            assert found.next_try_at is not None
            assert found.next_try_at > now() + timedelta(minutes=14)
            with system_scope("test") as by:
                assert services.send_approved(by=by) == 0
                Notice.objects.filter(pk=row.pk).update(next_try_at=now())
    assert (found.state, found.delivery) == ("sent", "undeliverable")
    assert len([each for each in messages(gateway) if each["to"] == OFF]) == tries
    page = browser(cast.of_commune(Role.STATION_OFFICER)).get("/notices/", {"state": "failed"}).text
    assert "Not reached: call" in page
    assert OFF in page


def test_a_gateway_that_is_down_says_nothing_and_loses_nothing() -> None:
    [row] = approved(1, "0900000792")
    with system_scope("test") as by:
        Notice.objects.filter(pk=row.pk).update(state="sent", sent_at=now(), receipt="SB1")
        services.ask_deliveries(by=by)
    assert state(row).delivery == ""
