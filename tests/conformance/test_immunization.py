"""CDC's cases by CDC's tables: everything we were given agrees, so that a change is seen."""

from tests.conformance.immunization import section
from tests.shared_files import shared


def test_every_case_of_cdc_is_assessed_as_cdc_does() -> None:
    found = section(shared("conformance"))
    assert found.unmet == []
    assert found.absent == []
    assert [each.differences for each in found.sets] == [[] for _ in found.sets]
    assert sum(each.counts["cases"] for each in found.sets) > 0
