"""HL7 v2 split into messages: envelopes, character sets, line ends, escapes."""

import pytest

from lachan.formats.hl7v2 import Message, RefusedMessage, Separators, looks_like_hl7, split
from lachan.formats.hl7v2 import unescape as unescape_with
from lachan.formats.labresults import LabFileRefused
from tests.factories.labfiles import ORU

BHS, BTS = "BHS|^~\\&|LIS|A\r", "BTS|{}\r"
FHS, FTS = "FHS|^~\\&|LIS|A\r", "FTS|{}\r"


def held(text: str | bytes) -> list[Message | RefusedMessage]:
    """The messages of a file."""
    return split(text.encode() if isinstance(text, str) else text).messages


def refusal(text: str | bytes) -> str:
    """Why a file is refused whole, or its only message."""
    try:
        found = held(text)
    except LabFileRefused as refused:
        return refused.code
    [message] = found
    assert isinstance(message, RefusedMessage)
    return message.code


def only(text: str | bytes) -> Message:
    """The one message of a file."""
    [message] = held(text)
    assert isinstance(message, Message), message
    return message


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_it_reads_every_line_end(end: str) -> None:
    message = only(ORU.replace("\r", end))

    assert [segment.name for segment in message.segments] == [
        "MSH", "PID", "ORC", "OBR", "OBX", "OBX", "SPM",
    ]  # fmt: skip
    assert (message.id, message.type, message.version) == ("BN-26-0211-7", "ORU^R01", "2.5.1")
    assert [segment.row for segment in message.segments] == [1, 2, 3, 4, 5, 6, 7]


def test_it_reads_a_stream_with_vertical_tabs_form_feeds_and_a_mark() -> None:
    stream = b"\xef\xbb\xbf\x0b" + ORU.encode() + b"\x1c\r\x0c\r\n\x0b" + ORU.encode() + b"\x1c\r"

    assert len(held(stream)) == 2
    assert looks_like_hl7(stream)


def test_a_letter_whose_last_byte_is_that_of_a_mark_stays() -> None:
    message = only("MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5\rNTE|1||thế\r")

    assert message.segments[1].get(3) == "thế"


def test_a_line_feed_inside_a_field_is_text_where_carriage_returns_end_segments() -> None:
    message = only("MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5\rNTE|1||first\nsecond|x\rOBX|1\r")

    assert [segment.name for segment in message.segments] == ["MSH", "NTE", "OBX"]
    assert message.segments[1].get(3) == "first second"
    assert message.segments[1].get(4) == "x"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("", "utf-8"), ("8859/1", "latin-1"), ("WINDOWS-1258", "cp1258")],
)
def test_it_reads_the_character_set_of_the_header(charset: str, codec: str) -> None:
    text = f"MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5||||||{charset}\rNTE|1||à la carte é\r"

    assert only(text.encode(codec)).segments[1].get(3) == "à la carte é"


def test_it_refuses_a_character_set_it_does_not_know_and_bytes_that_are_not_in_it() -> None:
    head = "MSH|^~\\&|A|B|||1||ORU^R01|1|P|2.5||||||{}\rNTE|1||é\r"

    assert refusal(head.format("JIS X 0208")) == "charset_unknown"
    assert refusal(head.format("UNICODE UTF-8").encode("latin-1")) == "charset_broken"


def test_it_reads_utf_16_with_its_mark() -> None:
    assert only(ORU.encode("utf-16")).segments[1].get(5, 2) == "Thị Hòa"


def test_escapes_become_what_they_mean() -> None:
    marks = Separators()
    told = {
        "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f": "a|b^c&d~e\\f",
        "1\\X0d0a\\2": "1 2",
        "\\XC3A9\\": "é",
        "x\\.br\\y\\H\\z\\N\\": "x yz",
        "C:\\labs\\out": "C:\\labs\\out",
        "lone\\": "lone\\",
        '""': "",
    }

    assert {text: unescape_with(text, marks) for text in told} == told


def test_it_uses_the_separators_of_the_header() -> None:
    message = only("MSH*:!?%*A*B***1**ORU:R01*7*P*2.5\rOBX*1**a:b%c!d\r")

    assert message.type == "ORU^R01"
    assert message.segments[1].get(3, 2, 2) == "c"
    assert message.segments[1].repeats(3) == ["a:b%c", "d"]


def test_batches_are_split_into_the_messages_their_trailers_count() -> None:
    batch = BHS + ORU * 3 + BTS.format(3)

    assert len(held(batch)) == 3
    assert len(held(FHS + batch + batch + FTS.format(2))) == 6
    assert split((FHS + batch + batch + FTS.format(2)).encode()).batches == 2
    assert len(held(FHS + ORU * 2 + FTS.format(2))) == 2  # some count messages there
    assert len(held(BHS + ORU + BTS.format(""))) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (BHS + ORU * 2 + BTS.format(3), "hl7_batch_count"),
        (FHS + BHS + ORU + BTS.format(1) + FTS.format(2), "hl7_batch_count"),
        (BHS + "PID|1\r" + BTS.format(1), "hl7_batch_shape"),
        (BHS + BHS + ORU + BTS.format(1), "hl7_batch_shape"),
        (BHS + ORU + FHS, "hl7_batch_shape"),
        ("PID|1\r" + ORU, "hl7_header"),
        ((BHS + ORU * 2).rstrip("\r"), "hl7_truncated"),
        ("", "empty"),
        ("\x0b\x1c\r", "empty"),
    ],
)
def test_an_envelope_that_contradicts_its_content_is_refused_whole(text: str, code: str) -> None:
    assert refusal(text) == code


def test_an_envelope_that_is_not_closed_is_read_with_a_warning() -> None:
    found = split((BHS + ORU).encode())

    assert (len(found.messages), found.warnings) == (1, ["envelope_not_closed"])
    assert split((ORU + BTS.format(1)).encode()).warnings == ["trailer_alone"]


def test_a_damaged_message_of_a_batch_keeps_no_other_out() -> None:
    damaged = ORU.replace("\rOBX|2", "\r!!damaged\rOBX|2", 1)
    first, second, third = held(BHS + ORU + damaged + ORU + BTS.format(3))

    assert isinstance(first, Message)
    assert isinstance(third, Message)
    assert isinstance(second, RefusedMessage)
    assert (second.code, second.row) == ("hl7_segment", 9)
    assert second.header is not None
    assert second.header.get(10) == "BN-26-0211-7"


@pytest.mark.parametrize("cut", ["OBX|2|NM|94509-7", "SPM|1|BN26-0001", "OBR|2|DON-1|XN"])
def test_a_message_cut_inside_a_segment_is_refused(cut: str) -> None:
    assert refusal(ORU + cut) == "hl7_truncated"


@pytest.mark.parametrize(
    "head", ["MSH", "MSH|", "MSH||", "MSHA^~\\&|x", "MSH|AB|x", "MSH|^~\\&^~|"]
)
def test_a_header_without_its_separators_is_refused(head: str) -> None:
    assert refusal(head + "\rPID|1\r") == "hl7_header"
