"""Words and codes of laboratories: what is positive, and what is not known."""

import pytest

from lachan.formats.labwords import ct_in, ct_of, outcome_of, outcome_of_all


@pytest.mark.parametrize(
    ("outcome", "texts"),
    [
        ("positive", ["Dương tính", "DƯƠNG TÍNH", "duong tinh", "POS", "Detected", "260373001",
                      "10828004", "LA6576-8", "(+)", "Dương tính yếu", "Dương tính (Ct 21,5)",
                      "Phát hiện SARS-CoV-2", "Reactive", "462371000124108"]),
        ("negative", ["Âm tính", "ÂM TÍNH", "am tinh", "Neg", "Not Detected", "NOT  DETECTED",
                      "260415000", "LA6577-6", "(-)", "Không phát hiện RNA SARS-CoV-2",
                      "Non-Reactive", "No 2019 nCoV RNA detected.", "covid-19:neg", "895231008"]),
        ("indeterminate", ["Không xác định", "Chưa xác định", "Nghi ngờ dương tính",
                           "Presumptive positive", "720735008", "Inconclusive", "419984006", "±"]),
        ("invalid", ["Invalid", "Không hợp lệ", "455371000124106", "125154007", "ERROR",
                     "NO RESULT", "LA15841-2", "Lỗi máy"]),
        ("", ["", "-", "31.5", "Đường", "đường huyết", "GRAM POSITIVE COCCI IN PAIRS",
              "not positive", "không dương tính", "MTB DETECTED; RIF NOT DETECTED", "Undetermined",
              "Positive for A, negative for B", "Dưới ngưỡng phát hiện", "Hồng", "Vancomycin",
              "x" * 500]),
    ],
)  # fmt: skip
def test_it_reads_the_words_of_laboratories(outcome: str, texts: list[str]) -> None:
    assert {text: outcome_of(text) for text in texts} == dict.fromkeys(texts, outcome)


def test_code_and_words_that_contradict_each_other_say_nothing() -> None:
    assert outcome_of_all(["260373001", "Dương tính", "abc"]) == "positive"
    assert outcome_of_all(["260373001", "Not detected"]) == ""
    assert outcome_of_all([]) == ""


def test_it_finds_cycles_inside_a_value() -> None:
    assert ct_in("Dương tính (Ct 23,4)") == {"": 23.4}
    assert ct_in("Ct E: 21.5; Ct RdRP=22,1") == {"E": 21.5, "RdRP": 22.1}
    assert ct_in("Ct > 40") == {}
    assert ct_in("Ct 2021, CT scan 12 mm, Ct 99") == {}


@pytest.mark.parametrize("text", ["Undetermined", "N/A", "", "-", "0", "NaN", "Âm tính", "No Cq"])
def test_a_target_that_never_rose_has_no_cycles(text: str) -> None:
    assert ct_of(text) is None


def test_a_cell_of_cycles_is_never_guessed() -> None:
    assert ct_of("23,456") == 23.456
    assert ct_of("36.2") == 36.2
    for text in ("Undetermi", "2026", "71.2", "23.4.5", "-3", "1e2", "Dương tính"):
        with pytest.raises(ValueError, match=r".*"):
            ct_of(text)
