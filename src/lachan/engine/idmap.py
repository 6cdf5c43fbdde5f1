"""UUIDs and the dense numbers that stand for them in records.

The file is 16 bytes a UUID; the number is its place.  It is only ever appended to, and the
MANIFEST says how much of it counts.  In memory there is the mapped file and a table of 8 to 16
bytes a UUID: a nation's hundred million fit.
"""

import hashlib
import mmap
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.kernels import numbering
from lachan.engine.records import Halves, Words
from lachan.engine.refusals import StoreRefused

WIDTH = 16

#: Bytes hashed at a time.
PIECE = 1 << 24

#: Slots of the smallest table.
SMALLEST = 1 << 10


class IdMap:
    """Numbers of the UUIDs in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest = hashlib.sha256()
        self._keys: Words = np.frombuffer(b"", np.uint64)
        self._table: Halves = np.zeros(SMALLEST, np.uint32)
        self._saved = 0
        self._new: dict[bytes, int] = {}

    def read_up_to(self, length: int, checksum: str) -> None:
        """Read on until `length` UUIDs are known; `StoreRefused` when they hash otherwise."""
        if length > self._saved:
            self._take(length)
        if len(self) != length or self.checksum != checksum:
            raise StoreRefused("torn_file", f"{self.path} is not what was written.")

    def _take(self, length: int) -> None:
        """Map the file up to `length`, hash what is new and put it into the table."""
        keys = self._mapped(length)
        fresh = keys[2 * self._saved :].view(np.uint8)
        for begin in range(0, len(fresh), PIECE):
            self._digest.update(fresh[begin : begin + PIECE].data)
        self._know(keys)

    def _mapped(self, length: int) -> Words:
        try:
            with self.path.open("rb") as file:
                if os.fstat(file.fileno()).st_size < length * WIDTH:
                    raise StoreRefused("torn_file", f"{self.path} is shorter than it was written.")
                content = mmap.mmap(file.fileno(), length * WIDTH, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise StoreRefused("missing_file", f"{self.path} is not there.") from None
        return np.frombuffer(content, np.uint64)

    def _know(self, keys: Words) -> None:
        """Make `keys`, which begin with those already known, the known ones."""
        known, count = self._saved, len(keys) // 2
        if 2 * count > len(self._table):
            # A new table, not a larger one: readers in other threads may be in the old.
            table, known = np.zeros(1 << (3 * count).bit_length(), np.uint32), 0
        else:
            table = self._table
        numbering.insert(table, keys, known, count)
        self._keys, self._table, self._saved = keys, table, count

    def __len__(self) -> int:
        return self._saved + len(self._new)

    @property
    def checksum(self) -> str:
        """SHA-256 of all UUIDs in order."""
        return self._digest.copy().hexdigest()

    def number(self, uuid: UUID) -> int | None:
        """The number of a UUID, None when the index has never met it."""
        if uuid.bytes in self._new:
            return self._new[uuid.bytes]
        first, second = np.frombuffer(uuid.bytes, np.uint64)
        number = int(numbering.find(self._table, self._keys, first, second))
        return None if number < 0 else number

    def numbers(self, uuids: Iterable[UUID]) -> Ints:
        """Ascending distinct numbers of those UUIDs the index has met."""
        asked = [uuid.bytes for uuid in uuids]
        found = np.empty(len(asked), np.int64)
        wanted = np.frombuffer(b"".join(asked), np.uint64)
        numbering.find_all(self._table, self._keys, wanted, found)
        new = [self._new[key] for key in asked if key in self._new]
        return np.unique(np.concatenate((found[found >= 0], np.array(new, np.int64))))

    def uuid(self, number: int) -> UUID:
        """The UUID of a number."""
        if number < self._saved:
            return UUID(bytes=self._keys[2 * number : 2 * number + 2].tobytes())
        return UUID(bytes=list(self._new)[number - self._saved])

    def uuids(self, numbers: Ints | Halves) -> Sequence[UUID]:
        """The UUIDs of saved numbers."""
        rows = self._keys.reshape(-1, 2)[numbers].tobytes()
        return [UUID(bytes=rows[i : i + WIDTH]) for i in range(0, len(rows), WIDTH)]

    def add(self, uuid: UUID) -> int:
        """The number of a UUID, a new one when needed; `save` makes it last."""
        number = self.number(uuid)
        if number is not None:
            return number
        self._digest.update(uuid.bytes)
        return self._new.setdefault(uuid.bytes, len(self))

    def extend(self, keys: bytes) -> None:
        """Give numbers to UUIDs, 16 bytes each, none of which is known or comes twice."""
        self.save()
        self._digest.update(keys)
        self._append(keys)

    def save(self) -> None:
        """Make what is new last."""
        if not self._new and self.path.exists():
            return
        keys = b"".join(self._new)
        self._new = {}
        self._append(keys)

    def _append(self, keys: bytes) -> None:
        """Write behind what is saved, over anything a broken-off write left there, and sync."""
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.truncate(self._saved * WIDTH)
            file.seek(0, os.SEEK_END)
            file.write(keys)
            file.flush()
            os.fsync(file.fileno())
        if keys:
            self._know(self._mapped(self._saved + len(keys) // WIDTH))
