"""Whatever a file holds, it gets an answer; 200,000 of them by `tests.formats.fuzz_lab`."""

from tests.formats import fuzz_lab


def test_it_answers_two_thousand_bad_files() -> None:
    found = fuzz_lab.play(2_000, seed=20_260_211)

    # The inputs reach every reader, or they would prove nothing.
    assert {"hl7 message", "astm message", "plate row"} <= set(found.answers)
    assert {"refused hl7_segment", "refused sheet_truncated", "refused astm_frame"} <= set(
        found.answers
    )
