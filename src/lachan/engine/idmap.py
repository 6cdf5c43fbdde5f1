"""UUIDs and the dense numbers that stand for them in records.

The file is 16 bytes a UUID; the number is its place.  It is only ever appended to, and the
MANIFEST says how much of it counts.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

import numpy as np

from lachan.engine.dtypes import Ints
from lachan.engine.refusals import StoreRefused

WIDTH = 16


class IdMap:
    """Numbers of the UUIDs in one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest = hashlib.sha256()
        self._uuids: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        self._saved = 0

    def read_up_to(self, length: int, checksum: str) -> None:
        """Read on until `length` UUIDs are known; `StoreRefused` when they hash otherwise."""
        content = self._read(len(self), length)
        for i in range(0, len(content), WIDTH):
            self._append(content[i : i + WIDTH])
        self._saved = len(self)
        if len(self) != length or self.checksum != checksum:
            raise StoreRefused("torn_file", f"{self.path} is not what was written.")

    def _read(self, begin: int, end: int) -> bytes:
        if end <= begin:
            return b""
        try:
            with self.path.open("rb") as file:
                file.seek(begin * WIDTH)
                content = file.read((end - begin) * WIDTH)
        except FileNotFoundError:
            raise StoreRefused("missing_file", f"{self.path} is not there.") from None
        if len(content) < (end - begin) * WIDTH:
            raise StoreRefused("torn_file", f"{self.path} is shorter than it was written.")
        return content

    def _append(self, key: bytes) -> None:
        self._numbers[key] = len(self._uuids)
        self._uuids.append(key)
        self._digest.update(key)

    def __len__(self) -> int:
        return len(self._uuids)

    @property
    def checksum(self) -> str:
        """SHA-256 of all UUIDs in order."""
        return self._digest.copy().hexdigest()

    def number(self, uuid: UUID) -> int | None:
        """The number of a UUID, None when the index has never met it."""
        return self._numbers.get(uuid.bytes)

    def numbers(self, uuids: Iterable[UUID]) -> Ints:
        """Ascending distinct numbers of those UUIDs the index has met."""
        known = {self._numbers[u.bytes] for u in uuids if u.bytes in self._numbers}
        return np.array(sorted(known), np.int64)

    def uuid(self, number: int) -> UUID:
        """The UUID of a number."""
        return UUID(bytes=self._uuids[number])

    def add(self, uuid: UUID) -> int:
        """The number of a UUID, a new one when needed; `save` makes it last."""
        number = self._numbers.get(uuid.bytes)
        if number is not None:
            return number
        self._append(uuid.bytes)
        return len(self._uuids) - 1

    def save(self) -> None:
        """Append what is new, over anything a broken-off write left behind, and sync."""
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.truncate(self._saved * WIDTH)
            file.seek(0, os.SEEK_END)
            file.write(b"".join(self._uuids[self._saved :]))
            file.flush()
            os.fsync(file.fileno())
        self._saved = len(self._uuids)
