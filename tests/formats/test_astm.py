"""Analysers' frames and records: every flipped bit is refused, nothing whole is lost."""

from datetime import datetime

import pytest

from lachan.formats.astm import ACK, ENQ, EOT, NAK, Answer, Event, Lost, Received, Receiver, frames
from lachan.formats.astmrecords import looks_like_astm, read_astm
from lachan.formats.hl7v2 import RefusedMessage
from lachan.formats.labresults import LabFileRefused, LabMessage, LabResult

#: A GeneXpert's own separators; probes and Ct values as results of their own.
XPERT = b"\r".join(
    [
        b"H|@^\\|GXM-7||CDC BN^GeneXpert^6.4|||||LIS||P|1394-97|20260211162212",
        b"P|1|||BN0099|^^^^",
        b"O|1|BN26-000101||^^^COV2|R|20260211144553|||||||||ORH|||||||||2|F",
        b"R|1|^COV2^^COV2^Xpert Xpress SARS-CoV-2^1^SARS-CoV-2^|POSITIVE^|||||F||An|20260211144553"
        b"|20260211153012|Cepheid-1F^1^2^3^4^20270101|",
        b"R|2|^COV2^^COV2^^^E^|POS^|||",
        b"R|3|^COV2^^COV2^^^E^Ct|^27.7|||",
        b"R|4|^COV2^^COV2^^^E^EndPt|^293.0|||",
        b"R|5|^COV2^^COV2^^^N2^|NEG^|||",
        b"R|6|^COV2^^COV2^^^N2^Ct|^0|||",
        b"L|1|N",
        b"",
    ]
)
#: A Sysmex: the sample behind its place in the rack, tests in the fifth component, no L|1|N words.
SYSMEX = (
    b"H|\\^&|||XN-550^00-16^11001^^^^AP7||||||||E1394-97\rP|1\r"
    b"O|1||04^01^            BN26-000102^M|^^^^WBC\\^^^^RBC|||||||N||||||||||||||F\r"
    b"R|1|^^^^WBC^1|7.80|10*3/uL||N||||||20260211144553\rL|1|N\r"
)


def session(records: bytes, longest: int = 240) -> bytes:
    """A whole session as it comes over the line."""
    return ENQ + b"".join(frames(records, longest)) + EOT


def events(*pieces: bytes) -> list[Event]:
    """What a receiver says."""
    receiver = Receiver()
    return [event for piece in pieces for event in receiver.feed(piece)]


def answers(found: list[Event]) -> bytes:
    """The bytes to send back."""
    return b"".join(each.data for each in found if isinstance(each, Answer))


def received(found: list[Event]) -> list[bytes]:
    """The records of whole messages."""
    return [each.records for each in found if isinstance(each, Received)]


def only(data: bytes) -> LabMessage:
    """The one message of a file."""
    [message] = read_astm(data)
    assert isinstance(message, LabMessage), message
    return message


@pytest.mark.parametrize("longest", [7, 60, 240, 64_000])
def test_every_frame_is_acknowledged_and_the_message_is_whole(longest: int) -> None:
    sent = frames(XPERT, longest)
    found = events(ENQ, *sent, EOT)

    assert received(found) == [XPERT]
    assert answers(found) == ACK * (len(sent) + 1)


def test_it_gives_the_same_at_every_cut() -> None:
    stream = session(XPERT, 60)
    whole = events(stream)
    for at in range(0, len(stream), 7):
        assert events(stream[:at], stream[at:]) == whole
    assert events(*[bytes([each]) for each in stream]) == whole


def test_a_message_is_given_before_its_last_frame_is_acknowledged() -> None:
    found = events(session(XPERT))
    at = next(n for n, each in enumerate(found) if isinstance(each, Received))

    assert found[at + 1] == Answer(ACK)
    assert len(found) == at + 2


def test_a_flipped_bit_is_answered_nak_and_the_frame_sent_again_is_taken() -> None:
    sent = frames(XPERT)
    damaged = bytearray(sent[3])
    damaged[10] ^= 1
    found = events(ENQ, *sent[:3], bytes(damaged), *sent[3:], EOT)

    assert answers(found) == ACK * 4 + NAK + ACK * (len(sent) - 3)
    assert received(found) == [XPERT]


def test_no_flipped_bit_of_a_saved_stream_changes_a_result() -> None:
    stream = session(XPERT.split(b"R|2|")[0] + b"L|1|N\r", 40)
    good = only(stream).results
    for at in range(len(stream)):
        for bit in range(8):
            damaged = bytearray(stream)
            damaged[at] ^= 1 << bit
            try:
                found = list(read_astm(bytes(damaged)))
            except LabFileRefused:
                continue
            for message in found:
                assert isinstance(message, RefusedMessage) or message.results == good


def test_a_wrong_number_is_answered_nak_and_a_repeated_frame_is_taken_once() -> None:
    sent = frames(XPERT)
    found = events(ENQ, sent[0], sent[2], sent[1], sent[1], *sent[2:], EOT)

    assert answers(found) == ACK * 2 + NAK + ACK * (len(sent))
    assert received(found) == [XPERT]


def test_a_frame_without_a_session_is_answered_nak() -> None:
    assert events(frames(XPERT)[0]) == [Answer(NAK, "astm_sequence")]


@pytest.mark.parametrize("stop", [ENQ, EOT])
def test_a_session_broken_off_gives_no_message(stop: bytes) -> None:
    sent = frames(XPERT, 60)
    found = events(ENQ, *sent[:5], sent[5][:9], stop)

    assert received(found) == []
    assert [each.code for each in found if isinstance(each, Lost)] == ["astm_truncated"]


def test_a_silent_line_gives_no_message_and_the_next_session_is_read() -> None:
    receiver = Receiver()
    sent = frames(XPERT)
    receiver.feed(ENQ + sent[0] + sent[1])
    assert receiver.pending > 0
    [lost] = receiver.timeout()
    assert isinstance(lost, Lost)
    assert received(receiver.feed(session(XPERT))) == [XPERT]


def test_a_frame_that_never_ends_takes_no_memory() -> None:
    receiver = Receiver()
    found = receiver.feed(ENQ + b"\x02" + b"1" + b"x" * 70_000)

    assert answers(found) == ACK + NAK


def test_several_messages_of_one_session_are_several() -> None:
    assert received(events(session(XPERT + SYSMEX))) == [XPERT, SYSMEX]


def test_an_xpert_is_one_result_with_the_cycles_of_its_probes() -> None:
    message = only(session(XPERT))
    [result] = message.results

    assert (message.id, message.sender) == ("GXM-7", "CDC BN GeneXpert 6.4")
    assert isinstance(result, LabResult)
    assert (result.tube, result.test, result.outcome) == ("BN26-000101", "COV2", "positive")
    assert dict(result.ct) == {"E": 27.7}
    assert result.observed_at == datetime.fromisoformat("2026-02-11T15:30:12")
    assert (result.machine, result.row, result.status) == ("Cepheid-1F", 4, "final")


def test_an_invalid_run_carries_its_verdict_in_its_name() -> None:
    text = XPERT.replace(b"^SARS-CoV-2^|POSITIVE^|", b"^INVALID^|^|")

    assert [each.outcome for each in only(text).results] == ["invalid"]


def test_a_sysmex_names_the_sample_behind_its_place() -> None:
    message = only(SYSMEX)
    [result] = message.results

    assert (result.tube, result.test, result.value) == ("BN26-000102", "WBC", "7.80 10*3/uL")
    assert message.id.startswith("astm-")
    assert only(SYSMEX).id == message.id  # the same message twice has one number


def test_records_are_read_without_frames_and_with_the_numbers_of_frames() -> None:
    lines = XPERT.rstrip(b"\r").split(b"\r")
    numbered = b"\r\n".join(b"%d" % (n % 8) + each for n, each in enumerate(lines, start=1))

    assert only(XPERT).results == only(XPERT.replace(b"\r", b"\n")).results
    assert only(numbered).results == only(XPERT).results


def test_a_saved_stream_may_begin_without_enq_and_hold_the_answers() -> None:
    saved = b"".join(each + ACK for each in frames(XPERT))

    assert looks_like_astm(saved)
    assert only(saved).results == only(XPERT).results
    assert len(list(read_astm(saved + saved))) == 2


def test_a_missing_frame_of_a_saved_stream_loses_the_message_and_not_the_next() -> None:
    sent = frames(XPERT, 60)
    saved = ENQ + b"".join(sent[:3] + sent[4:]) + EOT + session(SYSMEX)
    first, second = read_astm(saved)

    assert isinstance(first, RefusedMessage)
    assert first.code == "astm_sequence"
    assert isinstance(second, LabMessage)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (XPERT.replace(b"L|1|N\r", b""), "astm_truncated"),
        (XPERT.replace(b"P|1", b"Z|1"), "astm_record"),
        (b"H|@^\\|A||X\rQ|1|ALL||||||||||O\rL|1|N\r", "astm_no_results"),
        (b"H|@^\\|A||X\rP|1\rR|1|^^^A|POS\rL|1|N\r", "astm_no_results"),
        (b"H|\rL|1|N\r", "astm_header"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(text: bytes, code: str) -> None:
    [message] = read_astm(text)

    assert isinstance(message, RefusedMessage)
    assert message.code == code


def test_a_control_of_a_machine_is_told_from_a_sample() -> None:
    text = SYSMEX.replace(b"|||||||N|||", b"|||||||Q|||")
    [result] = only(text).results

    assert result.control == "other"
