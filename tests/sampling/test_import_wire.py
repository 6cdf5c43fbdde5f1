"""Results over a socket: kept before they are acknowledged, once, whoever is killed and when."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from lachan.config.commands import lab_listen
from lachan.config.home import Home
from lachan.config.postgres import Postgres
from lachan.core.scope import scoped, system_scope
from lachan.formats import astm, mllp
from lachan.sampling import import_wire
from lachan.sampling.models import LabDelivery
from tests.database import ROOT
from tests.sampling.deliveries import message, results_of, standing, tubes
from tests.sampling.people_at_the_table import Team, team

ALLOWED = "LIS|BV A"
#: Seconds to wait for what must come; only a failing test waits them out.
PATIENCE = 300.0


def told(at: Team, data: bytes, senders: tuple[str, ...] = ()) -> str:
    """The answer to a message."""
    with scoped(at.technician, "laboratory") as by:
        return import_wire.take_hl7(data, by=by, senders=senders).decode()


def test_what_was_taken_is_answered_aa_and_the_same_again_the_same() -> None:
    at = team()
    tubes(at, ["W-1"])
    data = message("M-W1", ("W-1", "positive"))
    answer = told(at, data)
    assert "\rMSA|AA|M-W1" in answer
    assert (told(at, data), results_of(at)) == (answer, 1)


def test_the_same_number_with_another_time_is_the_same_message() -> None:
    at = team()
    tubes(at, ["W-2"])
    data = message("M-W2", ("W-2", "positive"))
    answer = told(at, data)
    assert told(at, data.replace(b"20260211141016", b"20260211142016")) == answer
    assert results_of(at) == 1


def test_a_refused_row_is_told_and_kept_and_the_others_are_taken() -> None:
    at = team()
    tubes(at, ["W-3"])
    answer = told(at, message("M-W3", ("W-3", "positive"), ("W-NONE", "negative")))
    assert "\rMSA|AE|M-W3" in answer
    assert "W-NONE" in answer
    assert standing(at) == {"W-3": "positive"}
    with system_scope("test"):
        [row] = LabDelivery.objects.get(laboratory=at.laboratory).refusals.all()
    assert (row.code, row.tube, row.outcome) == ("unknown_tube", "W-NONE", "negative")


def test_the_other_viruses_of_a_panel_are_refused_by_name_and_the_tubes_own_is_taken() -> None:
    at = team()
    tubes(at, ["W-5"])
    flu = message("M-W5", ("W-5", "positive"), test="80383-3^Flu B^LN")
    both = message("M-W5", ("W-5", "negative")) + b"\r".join(flu.split(b"\r")[1:])
    answer = told(at, both)
    assert "\rMSA|AE|M-W5" in answer
    assert "test_unknown" in answer
    assert standing(at) == {"W-5": "negative"}


@pytest.mark.parametrize("data", [b"MSH|^~\\&|LIS|BV A|||||ADT^A01|1|P|2.5.1\r", b"hello"])
def test_what_cannot_be_read_is_answered_ar(data: bytes) -> None:
    assert "\rMSA|AR" in told(team(), data)


def test_a_stranger_is_answered_ar_and_nothing_of_him_is_kept() -> None:
    at = team()
    tubes(at, ["W-4"])
    data = message("M-W4", ("W-4", "positive"), sender="OTHER|X")
    assert "\rMSA|AR" in told(at, data, (ALLOWED,))
    with system_scope("test"):
        assert not LabDelivery.objects.filter(laboratory=at.laboratory).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Name who may send"),
        (["--sender", ALLOWED, "--bind", "0.0.0.0"], "reached from outside"),
        (["--sender", ALLOWED, "--bind", "8.8.8.8"], "reached from outside"),
        (["--sender", ALLOWED, "--tls-ca", "ca.pem"], "needs --tls-cert"),
        (["--sender", ALLOWED, "--bind", "10.0.0.5"], ""),
        (["--astm"], ""),
    ],
)
def test_it_refuses_to_listen_unsafely(words: list[str], said: str) -> None:
    complaint = lab_listen.complain(lab_listen.parser().parse_args(words))
    assert said in complaint
    assert bool(said) == bool(complaint)


class Listener:
    """A real `lachan lab listen`, which can be killed and started again on its port."""

    def __init__(self, database: str, at: Team, folder: Path, *words: str) -> None:
        server = Postgres(Home.default())
        roles = ("app", "door", "gate")
        named = {f"LACHAN_DSN_{r.upper()}": server.dsn(f"lachan_{r}", database) for r in roles}
        self.environment = os.environ | named | {"PYTHONPATH": str(ROOT / "src")}
        self.environment.pop("LACHAN_DSN_OWNER", None)
        self.words = ["--laboratory", str(at.laboratory), *words]
        self.log = folder / "listen.log"
        self.port = 0

    def start(self) -> None:
        """Start it and wait for its port."""
        words = [*self.words, "--port", str(self.port)]
        command = [sys.executable, "-m", "lachan", "lab", "listen", *words]
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(command, env=self.environment, stdout=out, stderr=out)
        end = time.monotonic() + PATIENCE
        while "listening on" not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.05)
        self.port = int(self.log.read_text().split("port ")[1].split()[0])

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def line(self) -> socket.socket:
        """A sender's connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


@contextmanager
def listening(database: str, at: Team, folder: Path, *words: str) -> Iterator[Listener]:
    """A listener that is gone afterwards."""
    made = Listener(database, at, folder, *(words or ("--sender", ALLOWED)))
    try:
        made.start()
        yield made
    finally:
        made.kill()


def heard(line: socket.socket) -> str:
    """The next answer, "" when the line ends before."""
    decoder = mllp.Decoder()
    while data := line.recv(4096):
        for found in decoder.feed(data):
            assert isinstance(found, mllp.Frame)
            return found.data.decode()
    return ""


def insist(at: Listener, data: bytes) -> str:
    """Send until it is answered, as a laboratory's system does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with at.line() as line:
                line.sendall(mllp.frame(data))
                if answer := heard(line):
                    return answer
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nobody answered")


def kept(at: Team) -> int:
    """Deliveries of a laboratory that are committed."""
    with system_scope("test"):
        return LabDelivery.objects.filter(laboratory=at.laboratory).count()


def test_killed_in_the_middle_of_a_message_it_has_nothing_and_then_all(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["X-1"])
    data = message("M-X1", ("X-1", "positive"))
    with listening(database, at, tmp_path) as listener:
        with listener.line() as line:
            line.sendall(mllp.frame(data)[:-30])
            listener.kill()
        assert kept(at) == 0
        listener.start()
        assert "\rMSA|AA|M-X1" in insist(listener, data)
    assert (results_of(at), kept(at)) == (1, 1)


def test_killed_between_keeping_and_answering_it_answers_the_repeat_and_doubles_nothing(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["X-2"])
    data = message("M-X2", ("X-2", "positive"))
    with listening(database, at, tmp_path) as listener:
        with listener.line() as line:
            line.sendall(mllp.frame(data))
            end = time.monotonic() + PATIENCE
            while not kept(at) and time.monotonic() < end:
                time.sleep(0.02)
            listener.kill()  # the sender reads no answer, whether one was sent or not
        listener.start()
        assert "\rMSA|AA|M-X2" in insist(listener, data)
    assert (results_of(at), kept(at)) == (1, 1)


#: A sender of a laboratory: sends the first bytes of a frame, says so, and waits to be killed.
SENDER = """
import socket, sys, time
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.sendall(bytes.fromhex(sys.argv[2]))
print("sent", flush=True)
time.sleep(600)
"""


def killed_while_sending(port: int, data: bytes) -> None:
    """A sender that is gone without a word after these bytes."""
    command = [sys.executable, "-c", SENDER, str(port), data.hex()]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as sender:
        assert sender.stdout is not None
        assert sender.stdout.readline() == b"sent\n"
        sender.send_signal(signal.SIGKILL)


def test_a_sender_that_is_killed_and_begins_again_loses_and_doubles_nothing(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["X-4", "X-5"])
    data = message("M-X4", ("X-4", "positive"), ("X-5", "negative"))
    whole = mllp.frame(data)
    with listening(database, at, tmp_path) as listener:
        killed_while_sending(listener.port, whole[: len(whole) // 2])
        killed_while_sending(listener.port, whole)
        answers = {insist(listener, data) for _time in range(2)}
    assert len(answers) == 1
    assert "\rMSA|AA|M-X4" in answers.pop()
    assert (standing(at), kept(at)) == ({"X-4": "positive", "X-5": "negative"}, 1)


def certified(folder: Path) -> tuple[Path, Path]:
    """An authority's certificate, and one it gave to the listener and the sender alike."""
    key, ca_key = (ec.generate_private_key(ec.SECP256R1()) for _key in range(2))
    named, ca_named = (
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("line", "authority")
    )
    written = []
    for who, whose, is_ca in ((ca_named, ca_key, True), (named, key, False)):
        made = (
            x509.CertificateBuilder()
            .subject_name(who)
            .issuer_name(ca_named)
            .public_key(whose.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
                critical=False,
            )
            .sign(ca_key, hashes.SHA256())
        )
        file = folder / f"{'ca' if is_ca else 'line'}.pem"
        secret = whose.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + secret)
        written.append(file)
    return written[0], written[1]


def test_with_certificates_only_a_sender_who_shows_one_is_heard(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["T-1"])
    authority, certificate = certified(tmp_path)
    data = mllp.frame(message("M-T1", ("T-1", "positive")))
    words = ("--sender", ALLOWED, "--tls-cert", str(certificate), "--tls-ca", str(authority))
    with listening(database, at, tmp_path, *words) as listener:
        stranger = ssl.create_default_context(cafile=str(authority))
        assert unheard(listener, stranger, data)
        with listener.line() as plain:
            plain.sendall(data)
            assert heard(plain) == ""
        assert kept(at) == 0
        stranger.load_cert_chain(certificate)
        with stranger.wrap_socket(listener.line(), server_hostname="127.0.0.1") as line:
            line.sendall(data)
            assert "\rMSA|AA|M-T1" in heard(line)
    assert standing(at) == {"T-1": "positive"}


def unheard(at: Listener, context: ssl.SSLContext, data: bytes) -> bool:
    """Whether the listener hangs up on this sender.  In TLS 1.3 the sender learns it late."""
    try:
        with context.wrap_socket(at.line(), server_hostname="127.0.0.1") as line:
            line.sendall(data)
            return heard(line) == ""
    except (ssl.SSLError, ConnectionError):
        return True


def test_several_senders_lose_and_double_nothing_while_it_is_killed_again_and_again(
    database: str, tmp_path: Path
) -> None:
    at = team()
    codes = [f"Y-{number}" for number in range(24)]
    tubes(at, codes)
    answers: dict[str, str] = {}
    with listening(database, at, tmp_path) as listener:

        def send(mine: list[str]) -> None:
            for code in mine:
                answers[code] = insist(listener, message(f"M-{code}", (code, "negative")))

        senders = [threading.Thread(target=send, args=(codes[turn::3],)) for turn in range(3)]
        for sender in senders:
            sender.start()
        for _time in range(2):
            goal = len(answers) + 3
            while len(answers) < min(goal, len(codes)) and any(s.is_alive() for s in senders):
                time.sleep(0.01)
            listener.kill()
            listener.start()
        for sender in senders:
            sender.join(PATIENCE)
    assert {code for code, answer in answers.items() if "\rMSA|AA|" in answer} == set(codes)
    assert standing(at) == dict.fromkeys(codes, "negative")
    assert (results_of(at), kept(at)) == (24, 24)


def test_a_frame_that_is_too_long_is_refused_and_the_next_is_taken(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["X-3"])
    data = message("M-X3", ("X-3", "positive"))
    words = ("--sender", ALLOWED, "--largest", "2000")
    with listening(database, at, tmp_path, *words) as listener, listener.line() as line:
        line.sendall(mllp.frame(message("M-BIG", ("X-3", "positive")) + b"NTE|1||" + b"x" * 3000))
        assert "\rMSA|AR|M-BIG" in heard(line)
        line.sendall(mllp.frame(data))
        assert "\rMSA|AA|M-X3" in heard(line)


RECORDS = (
    b"H|\\^&|M-A1||QS5^1|||||||P|E1394-97|20260211141016\r"
    b"P|1\r"
    b"O|1|Z-1||^^^94500-6|R\r"
    b"R|1|^^^94500-6|POSITIVE|||N||F\r"
    b"L|1|N\r"
)


def test_a_damaged_frame_is_answered_nak_and_taken_when_it_comes_again(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["Z-2", "Z-3"])
    records = RECORDS.replace(b"M-A1", b"M-A2").replace(b"Z-1", b"Z-2")
    [first, *rest] = astm.frames(records, 60)
    damaged = first.replace(b"QS5", b"QS6")
    with listening(database, at, tmp_path, "--astm") as listener, listener.line() as line:
        for part, answer in (
            (astm.ENQ, astm.ACK),
            (damaged, astm.NAK),
            (first, astm.ACK),
            (first, astm.ACK),  # its ACK was lost: it comes again and is not taken twice
            *((part, astm.ACK) for part in rest),
        ):
            line.sendall(part)
            assert line.recv(1) == answer, part
        line.sendall(astm.EOT)
        # The line is free again: the next session is taken too.
        sent_astm(line, records.replace(b"M-A2", b"M-A3").replace(b"Z-2", b"Z-3"))
    assert (standing(at), results_of(at)) == ({"Z-2": "positive", "Z-3": "positive"}, 2)


def test_a_machine_switched_off_in_the_middle_has_nothing_and_then_all(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["Z-4"])
    records = RECORDS.replace(b"M-A1", b"M-A4").replace(b"Z-1", b"Z-4")
    parts = astm.frames(records, 60)
    with listening(database, at, tmp_path, "--astm") as listener:
        with listener.line() as line:
            for part in (astm.ENQ, *parts[:-1]):
                line.sendall(part)
                assert line.recv(1) == astm.ACK
            line.sendall(parts[-1][:10])
            listener.kill()
        assert kept(at) == 0
        listener.start()
        with listener.line() as line:
            sent_astm(line, records)
    assert (standing(at), kept(at)) == ({"Z-4": "positive"}, 1)


def sent_astm(line: socket.socket, records: bytes = RECORDS) -> None:
    """One session: each frame is sent when the one before was acknowledged."""
    for part in (astm.ENQ, *astm.frames(records)):
        line.sendall(part)
        assert line.recv(1) == astm.ACK
    line.sendall(astm.EOT)


def test_a_machine_that_speaks_astm_is_acknowledged_for_what_is_kept(
    database: str, tmp_path: Path
) -> None:
    at = team()
    tubes(at, ["Z-1"])
    with listening(database, at, tmp_path, "--astm") as listener:
        for _time in range(2):
            with listener.line() as line:
                sent_astm(line)
    assert (standing(at), results_of(at), kept(at)) == ({"Z-1": "positive"}, 1, 1)
