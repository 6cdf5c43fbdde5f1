"""Results of laboratories' systems: one message becomes results of tubes, or says why not."""

from datetime import datetime

import pytest

from lachan.formats.hl7oru import read_hl7
from lachan.formats.hl7v2 import RefusedMessage
from lachan.formats.labresults import FILE_REASONS, LabMessage
from tests.factories.labfiles import ORU


def read(text: str) -> LabMessage:
    """The one message of a file."""
    [message] = read_hl7(text.encode())
    assert isinstance(message, LabMessage), message
    return message


def refused(text: str) -> RefusedMessage:
    """The refusal of the one message of a file."""
    [message] = read_hl7(text.encode())
    assert isinstance(message, RefusedMessage), message
    assert message.code in FILE_REASONS
    return message


def oru(*segments: str, version: str = "2.5.1", kind: str = "ORU^R01") -> str:
    """A message around segments."""
    head = f"MSH|^~\\&|LIS|BV A|LACHAN|CDC|20260211141016||{kind}|M1|P|{version}"
    return "\r".join([head, *segments]) + "\r"


OBR = "OBR|1|D-1|X-1|94500-6^SARS-CoV-2 RNA^LN|||||||||||||||||||||F"


def test_a_result_is_of_a_tube_with_test_outcome_cycles_and_time() -> None:
    message = read(ORU)
    [result] = message.results

    assert (message.id, message.sender) == ("BN-26-0211-7", "BV DA KHOA BAC NINH")
    assert message.sent_at == datetime.fromisoformat("2026-02-11T14:10:16+07:00")
    assert (result.tube, result.also) == ("BN26-000101", ("L-77", "DON-1", "XN-7"))
    assert (result.test, result.outcome, result.value) == ("94500-6", "positive", "Dương tính")
    assert dict(result.ct) == {"E": 21.4}
    assert result.observed_at == datetime.fromisoformat("2026-02-11T14:05:00+07:00")
    assert (result.status, result.machine, result.row) == ("final", "QS5-272526077", 5)
    assert (result.message, message.refused) == ("BN-26-0211-7", ())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("F", "final"),
        ("C", "corrected"),
        ("P", "preliminary"),
        ("X", "cancelled"),
        ("W", "cancelled"),
    ],
)
def test_the_status_says_how_far_a_result_has_come(sent: str, status: str) -> None:
    [result] = read(oru(OBR, f"OBX|1|ST|94500-6^RNA^LN||Âm tính||||||{sent}")).results

    assert result.status == status
    assert result.outcome == ("" if status == "cancelled" else "negative")


def test_a_result_without_its_own_status_has_that_of_its_order() -> None:
    [result] = read(oru(OBR, "OBX|1|ST|94500-6^RNA^LN||Âm tính")).results

    assert result.status == "final"


def test_an_older_message_without_a_specimen_names_the_tube_by_its_order() -> None:
    obr = "OBR|1||20VR020031^WSLH|^^^VR01746^PCR^L||||||||||||||||||||F"
    obx = "OBX|1|CE|^^^94309-2^RNA NAA^LN||260415000^Not detected^SCT||||||F|||202005061239"
    [result] = read(oru(obr, obx, version="2.3")).results

    assert (result.tube, result.test, result.outcome) == ("20VR020031", "94309-2", "negative")
    assert result.observed_at == datetime.fromisoformat("2020-05-06T12:39")
    assert result.observed_at.tzinfo is None


def test_an_analyser_names_the_specimen_before_its_orders() -> None:
    text = oru(
        "SPM|1|T-1^L-1||NP", OBR, "OBX|1|ST|94500-6^RNA^LN||NEG||||||F",
        "SPM|2|T-2^L-2||NP", OBR, "OBX|1|ST|94500-6^RNA^LN||POS||||||F",
        kind="OUL^R22^OUL_R22",
    )  # fmt: skip

    assert [(each.tube, each.outcome) for each in read(text).results] == [
        ("T-1", "negative"), ("T-2", "positive"),
    ]  # fmt: skip


def test_questions_about_a_person_are_no_results() -> None:
    text = oru(
        OBR, "OBX|1|CWE|94500-6^RNA^LN||260373001^Detected^SCT||||||F",
        "OBX|2|CWE|95417-2^First test^LN||N^No^HL70136||||||F",
        "OBX|3|CWE|99999-9^Something^LN||Y^Yes^HL70136||||||F||||||||||||||||||QST",
        "SPM|1|T-1", "OBX|1|CWE|82810-3^Pregnancy^LN||Y^Yes^HL70136||||||F",
    )  # fmt: skip

    assert [each.test for each in read(text).results] == ["94500-6"]


def test_an_internal_control_says_nothing_about_the_person() -> None:
    text = oru(
        OBR, "OBX|1|CWE|94307-6^SARS-CoV-2 N gene NAA N1^LN||260373001^Detected^SCT||||||F",
        "OBX|2|CWE|68993-5^Human RNase P RNA^LN||260373001^Detected^SCT||||||F",
        "OBX|3|NM|94311-8^SARS-CoV-2 N gene cycle threshold by N1^LN||24|{Ct}|||||F",
        "OBX|4|NM|86316-7^Human RNase P RNA Ct^LN||23|{Ct}|||||F",
    )  # fmt: skip
    verdict, control = read(text).results

    assert (verdict.control, control.control) == ("", "extraction")
    assert dict(verdict.ct) == {"N1": 24.0, "RNase P": 23.0}


def test_a_code_and_its_words_that_contradict_each_other_have_no_outcome() -> None:
    [result] = read(oru(OBR, "OBX|1|CWE|1^RNA^L||260373001^Not detected^SCT||||||F")).results

    assert (result.outcome, result.value) == ("", "Not detected")


def test_one_bad_observation_keeps_no_other_out() -> None:
    text = oru(
        OBR,
        "OBX|1|CWE|94500-6^RNA^LN||260373001^Detected^SCT||||||F",
        "OBX|2|NM|1^Load^L||many|cp/mL|||||F",
        "OBX|3|ED|2^Picture^L||^IM^PNG^Base64^AAAA||||||F",
        "OBX|4|ST|3^X^L||Neg||||||Z",
        "OBX|5|ST|||Neg||||||F",
        "OBX|6|ST|4^X^L||Neg||||||F||||||||2026021",
    )
    message = read(text)

    assert [each.row for each in message.results] == [3]
    assert [(each.row, each.code) for each in message.refused] == [
        (4, "value_unreadable"), (5, "value_attached"), (6, "status_unknown"),
        (7, "test_missing"), (8, "time_unreadable"),
    ]  # fmt: skip
    assert all(each.tube == "D-1" and each.reason for each in message.refused)


@pytest.mark.parametrize("kind", ["ADT^A01", "VXU^V04", "OML^O21", "ACK", "MDM^T02"])
def test_a_message_of_another_kind_is_refused_with_its_kind(kind: str) -> None:
    found = refused(oru("PID|1", kind=kind))

    assert (found.code, found.detail) == ("hl7_not_results", kind)
    assert found.header is not None


def test_a_case_report_is_no_result() -> None:
    obr = "OBR|1||A|68991-9^Epidemiologic Information^LN||||||||||||||||||||F"

    assert refused(oru(obr, "OBX|1|ST|78746-5^Country^LN||VN||||||F")).code == "hl7_not_results"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (ORU.replace("|2.5.1|", "||"), "hl7_version"),
        (ORU.replace("|2.5.1|", "|3.0|"), "hl7_version"),
        (ORU.replace("|BN-26-0211-7|", "||"), "hl7_no_id"),
        (ORU.replace("ORU^R01^ORU_R01", ""), "hl7_header"),
        (oru(OBR), "hl7_no_results"),
        (oru("PID|1"), "hl7_no_results"),
        (oru(OBR.replace("D-1|X-1", "|"), "OBX|1|ST|1^X^L||Neg||||||F"), "hl7_no_results"),
    ],
)
def test_a_message_that_cannot_be_kept_is_refused(text: str, code: str) -> None:
    assert refused(text).code == code
