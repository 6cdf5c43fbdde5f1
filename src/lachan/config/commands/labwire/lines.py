"""Sockets on which laboratories send: MLLP frames and ASTM sessions.

Nothing is acknowledged before it is kept: `keep` returns only when its transaction is committed.
Whoever hears no answer sends again, and a message sent again changes nothing.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from lachan.formats import astm, mllp

log = logging.getLogger("lachan.lab")

#: bytes of one read.
CHUNK = 65_536
#: Connections at one time; a laboratory has a handful of machines.
MOST = 64
#: Seconds without a byte after which an MLLP connection is closed: its sender connects again.
IDLE = 900.0


@dataclass(frozen=True, slots=True)
class Keeper:
    """What is done with what came: `keep` a whole message and give the answer (b"" for ASTM),
    `refuse` a frame that is none, by its first bytes and code."""

    keep: Callable[[bytes], bytes]
    refuse: Callable[[bytes, str], bytes]


class Line:
    """One port.  Messages are kept one after another in one thread, which owns the database."""

    def __init__(self, keeper: Keeper, *, largest: int, is_astm: bool) -> None:
        self._keeper = keeper
        self._largest = largest
        self._is_astm = is_astm
        self._thread = ThreadPoolExecutor(1, "keeper")
        self._open = 0

    async def serve(self, address: str, port: int, tls: ssl.SSLContext | None) -> None:
        """Listen until cancelled; says the port it got, which is another where 0 was asked."""
        server = await asyncio.start_server(self._meet, address, port, ssl=tls)
        async with server:
            got = server.sockets[0].getsockname()[1]
            log.info("listening on %s port %d", address, got)
            await server.serve_forever()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= MOST:
            writer.close()
            return
        self._open += 1
        talk = self._astm if self._is_astm else self._mllp
        try:
            await talk(reader, writer)
        except (TimeoutError, ConnectionError, ssl.SSLError):
            pass  # the sender is gone, and sends again what was not answered
        except Exception:
            # Not kept, so not answered: the sender sends it again.
            log.exception("A message could not be kept; its line is closed.")
        finally:
            self._open -= 1
            writer.close()

    async def _in_thread(self, do: Callable[..., bytes], *words: object) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._thread, do, *words)

    async def _mllp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        decoder = mllp.Decoder(self._largest)
        while data := await asyncio.wait_for(reader.read(CHUNK), IDLE):
            for found in decoder.feed(data):
                if isinstance(found, mllp.Frame):
                    writer.write(mllp.frame(await self._in_thread(self._keeper.keep, found.data)))
                elif found.code == "mllp_oversize":
                    answer = await self._in_thread(self._keeper.refuse, found.head, found.code)
                    writer.write(mllp.frame(answer))
                else:
                    log.warning("%s: %d bytes that are no message", found.code, found.size)
                await writer.drain()
        for broken in decoder.close():
            log.warning("the line ended inside a message: %s", type(broken).__name__)

    async def _astm(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        receiver = astm.Receiver()
        while True:
            try:
                data = await asyncio.wait_for(reader.read(CHUNK), astm.TIMEOUT)
            except TimeoutError:
                self._lost(receiver.timeout())
                continue
            if not data:
                return self._lost(receiver.timeout())
            for event in receiver.feed(data):
                # `Received` comes before the answer to its last frame: kept first.
                if isinstance(event, astm.Received):
                    await self._in_thread(self._keeper.keep, event.records)
                elif isinstance(event, astm.Answer):
                    writer.write(event.data)
                    await writer.drain()
                else:
                    self._lost([event])

    def _lost(self, events: list[astm.Event]) -> None:
        """A message was begun and not ended: its sender begins it again."""
        for event in events:
            if isinstance(event, astm.Lost):
                log.warning("%s: %d bytes were not ended", event.code, len(event.records))
