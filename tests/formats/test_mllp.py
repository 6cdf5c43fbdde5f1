"""MLLP frames: whatever pieces a socket gives, a message is whole or it is not there."""

import socket
import subprocess
import sys
import textwrap

import pytest

from lachan.formats.mllp import Broken, Decoder, Frame, frame
from tests.factories.labfiles import ORU

MESSAGE = ORU.encode()


def of(*pieces: bytes, largest: int = 1_000_000) -> list[Frame | Broken]:
    """What a decoder gives for pieces."""
    decoder = Decoder(largest)
    return [event for piece in pieces for event in decoder.feed(piece)]


def test_it_gives_the_same_at_every_cut() -> None:
    stream = frame(MESSAGE) + b"\r\n" + frame(b"second")
    for at in range(len(stream) + 1):
        assert of(stream[:at], stream[at:]) == [Frame(MESSAGE), Frame(b"second")]
    assert of(*[bytes([each]) for each in stream]) == [Frame(MESSAGE), Frame(b"second")]


def test_a_message_is_there_as_soon_as_its_end_was_seen() -> None:
    assert of(frame(MESSAGE)[:-1]) == [Frame(MESSAGE)]  # without the carriage return
    assert of(frame(MESSAGE)[:-2]) == []


def test_the_answer_to_nothing_is_nothing() -> None:
    assert of(b"", b"\r\n", b"\x00") == []


def test_a_frame_that_begins_before_another_ended_was_cut() -> None:
    assert of(b"\x0bMSH|half", frame(b"whole")) == [
        Broken("mllp_cut", b"MSH|half", 8), Frame(b"whole"),
    ]  # fmt: skip


def test_a_line_closed_in_the_middle_gives_no_message() -> None:
    decoder = Decoder()
    assert decoder.feed(frame(MESSAGE)[:200]) == []
    assert decoder.pending == 199
    assert decoder.close() == [Broken("mllp_cut", MESSAGE[:199], 199)]
    assert decoder.close() == []


def test_bytes_outside_of_a_frame_are_told() -> None:
    assert of(b"GET / HTTP/1.1\r\n\r\n", frame(b"m")) == [
        Broken("mllp_stray", b"GET / HTTP/1.1\r\n\r\n", 18), Frame(b"m"),
    ]  # fmt: skip


def test_a_frame_without_end_takes_no_memory_and_the_next_one_is_read() -> None:
    decoder = Decoder(1000)
    assert decoder.feed(b"\x0b") == []
    for _ in range(100):
        assert decoder.feed(b"x" * 500) == []
    assert len(decoder._held) <= 1001
    assert decoder.feed(b"\x1c\r" + frame(b"m")) == [
        Broken("mllp_oversize", b"x" * 1000, 50_000), Frame(b"m"),
    ]  # fmt: skip


def test_what_it_frames_it_reads() -> None:
    assert of(frame(b"a\x0bb\x1cc")) == [Frame(b"abc")]


@pytest.mark.parametrize("sent", [1, 200, len(frame(MESSAGE)) - 2])
def test_a_sender_killed_in_the_middle_of_a_message_has_sent_nothing(sent: int) -> None:
    """A real process over a real socket, killed; then it sends the message again."""
    script = textwrap.dedent(
        """
        import os, signal, socket, sys
        line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        line.sendall(sys.stdin.buffer.read())
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        given: list[Frame | Broken] = []
        for data in (frame(MESSAGE)[:sent], frame(MESSAGE)):
            killed = subprocess.run(
                [sys.executable, "-c", script, port], input=data, check=False, timeout=600
            )
            assert killed.returncode == -9
            line, _address = server.accept()
            decoder = Decoder()
            with line:
                while piece := _received(line):
                    given += decoder.feed(piece)
            given += decoder.close()

    assert [each for each in given if isinstance(each, Frame)] == [Frame(MESSAGE)]


def _received(line: socket.socket) -> bytes:
    try:
        return line.recv(4096)
    except ConnectionResetError:  # how a killed process may leave its line
        return b""
