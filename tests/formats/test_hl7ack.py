"""The answer to a message: kept, refused for its content, or never taken here."""

from datetime import UTC, datetime

import pytest

from lachan.formats.hl7ack import Fault, acknowledge, faults_of
from lachan.formats.hl7v2 import Message, split
from lachan.formats.labresults import RowRefused
from tests.factories.labfiles import ORU

NOW = datetime(2026, 2, 11, 7, 11, tzinfo=UTC)


def answered(text: str, *faults: Fault) -> Message:
    """The answer, read back with our own reader."""
    [message] = split(text.encode()).messages
    told = acknowledge(message.header, faults, now=NOW, id="A-1")
    [answer] = split(told.encode()).messages
    assert isinstance(answer, Message), answer
    return answer


def segment(answer: Message, name: str) -> list[str]:
    """The fields of the first segment of a name."""
    return next(list(each.fields) for each in answer.segments if each.name == name)


def test_a_kept_message_is_answered_aa_with_its_own_number() -> None:
    answer = answered(ORU)

    assert answer.type == "ACK^R01"
    assert segment(answer, "MSA") == ["MSA", "AA", "BN-26-0211-7"]
    assert answer.header.get(5) == "LIS"
    assert answer.header.get(6) == "BV DA KHOA BAC NINH"
    assert answer.header.get(7) == "20260211071100+0000"
    assert answer.version == "2.5.1"


def test_a_fault_is_named_with_its_place_and_words() -> None:
    answer = answered(ORU, Fault("tube_unknown", "Không có ống BN26|1 ở đây.", "OBX^1^3"))

    assert segment(answer, "MSA")[1] == "AE"
    err = next(each for each in answer.segments if each.name == "ERR")
    assert err.raw(2) == "OBX^1^3"
    assert (err.get(3), err.get(4), err.get(5)) == ("204", "E", "tube_unknown")
    assert err.get(8) == "Không có ống BN26|1 ở đây."


def test_rows_refused_alone_are_told_with_their_numbers() -> None:
    faults = faults_of([RowRefused(6, "value_unreadable", "NM: many"), RowRefused(7, "tube_long")])
    answer = answered(ORU, *faults)

    errors = [each for each in answer.segments if each.name == "ERR"]
    assert [each.get(3) for each in errors] == ["102", "207"]
    assert errors[0].get(8).endswith("(NM: many) [6]")


def test_an_older_sender_gets_the_older_error() -> None:
    answer = answered(ORU.replace("|2.5.1|", "|2.3|"), Fault("value_unreadable", place="OBX^2^5"))

    assert segment(answer, "ERR") == ["ERR", "OBX^2^5^102&Data type error&HL70357"]


def test_what_sending_again_does_not_cure_is_answered_ar() -> None:
    answer = answered(ORU.replace("ORU^R01^ORU_R01", "ADT^A01"), Fault("hl7_not_results"))

    assert segment(answer, "MSA")[1] == "AR"
    assert answer.type == "ACK^A01"


def test_it_answers_in_the_sender_s_separators() -> None:
    text = "MSH*:!?%*A*B***1**ORU:R01*7*P*2.5\rPID*1\r"
    answer = answered(text, Fault("hl7_no_results", "a*b:c"))

    assert answer.header.fields[1:3] == ("*", ":!?%")
    assert segment(answer, "MSA")[2] == "7"


def test_even_what_has_no_header_is_answered() -> None:
    text = acknowledge(None, [Fault("hl7_header")], now=NOW, id="A-2")

    assert "MSA|AE|" in text
    assert text.startswith("MSH|^~\\&|LACHAN|")


@pytest.mark.parametrize("words", ["a\rMSH|x", "a\x0bb\x1cc", "|^~\\&"])
def test_nothing_in_a_text_can_break_the_answer(words: str) -> None:
    answer = answered(ORU, Fault("tube_unknown", words))

    assert [each.name for each in answer.segments] == ["MSH", "MSA", "ERR"]
