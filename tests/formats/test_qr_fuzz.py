"""Whatever a line holds, it gets an answer; a million of them by `tests.formats.fuzz_qr`."""

from tests.formats import fuzz_qr


def test_it_answers_twenty_thousand_bad_inputs() -> None:
    found = fuzz_qr.play(20_000, seed=20_261_126)

    assert sum(found.answers.values()) == 20_000
    # The inputs reach every reader, or they would prove nothing.
    reached = {"certificate", "smart_health_card", "gs1", "cccd", "bhyt", "personal_2021", "place"}
    assert reached <= set(found.answers)
    assert {"error certificate_cbor", "error certificate_large"} <= set(found.answers)
