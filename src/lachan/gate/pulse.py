"""How late the process is: what arrives faster than it can be answered waits before any queue of
ours, and only time tells."""

import asyncio

#: seconds between two looks.
BEAT = 0.05
#: seconds that what arrives may wait for its turn; beyond it new scans are asked to come again.  A
#: guard waits a second for an answer; of that this is what may be spent on waiting.
LATE = 0.4


class Pulse:
    """Beats beside the work; a beat that comes late tells how long everything waits."""

    def __init__(self) -> None:
        self.late = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to beat."""
        if self._task is None:
            self._task = asyncio.create_task(self._beat())

    @property
    def too_late(self) -> bool:
        """Whether what arrives now would wait too long."""
        return self.late > LATE

    def stop(self) -> None:
        """Beat no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + BEAT
            await asyncio.sleep(BEAT)
            self.late = loop.time() - due
