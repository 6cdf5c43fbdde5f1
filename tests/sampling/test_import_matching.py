"""A result is one of its tube's disease, or it is none of the tube."""

import pytest

from lachan.sampling.import_matching import KnownTests
from tests.sampling.deliveries import Sent

KNOWN = KnownTests(
    codes={
        "covid-19": frozenset({"94500-6", "94309-2", "xpcov2"}),
        "measles": frozenset({"91077-8"}),
    },
    names={
        "covid-19": frozenset({"covid 19"}),
        "measles": frozenset({"measles", "soi"}),
    },
)


@pytest.mark.parametrize(
    ("test", "name", "code"),
    [
        ("94500-6", "SARS-CoV-2 RNA", ""),
        ("94309-2", "", ""),
        ("XPCOV2", "Xpert", ""),
        ("91077-8", "Measles RNA", "other_disease"),
        ("35276-5", "Measles IgM", "test_unknown"),
        ("94558-4", "SARS-CoV-2 Ag", "test_unknown"),
        ("FLUB", "Influenza B", "test_unknown"),
        ("94500-6", "Measles", "other_disease"),
    ],
)
def test_a_message_gives_a_code_of_the_disease(test: str, name: str, code: str) -> None:
    row = Sent("B-1", "positive", test=test, test_name=name).read(1)
    assert KNOWN.against(row, "covid-19", coded=True) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", ""),
        ("RT-PCR", ""),
        ("Xét nghiệm COVID-19 (RT-PCR)", ""),
        ("Sởi IgM", "other_disease"),
        ("MEASLES PCR", "other_disease"),
        ("91077-8", "other_disease"),
        ("35276-5", "test_unknown"),
    ],
)
def test_a_table_may_have_words_but_no_other_disease(words: str, code: str) -> None:
    row = Sent("B-1", "positive", test=words, test_name=words).read(1)
    assert KNOWN.against(row, "covid-19", coded=False) == code


def test_a_disease_without_a_test_takes_no_message() -> None:
    row = Sent("B-1", "positive").read(1)
    assert KNOWN.against(row, "white-cloud", coded=True) == "other_disease"
