"""Numbers of UUIDs: the same ones after a restart, however many there are."""

import os
from pathlib import Path
from uuid import UUID

import numpy as np

from lachan.engine.idmap import IdMap


def reopened(ids: IdMap) -> IdMap:
    again = IdMap(ids.path)
    again.read_up_to(len(ids), ids.checksum)
    return again


def test_it_numbers_as_they_come_and_once_each(tmp_path: Path) -> None:
    ids = IdMap(tmp_path / "ids")
    uuids = [UUID(int=number * 7919) for number in range(5_000)]

    assert [ids.add(uuid) for uuid in uuids] == list(range(5_000))
    assert [ids.add(uuid) for uuid in uuids[::-1]] == list(range(5_000))[::-1]
    assert ids.number(UUID(int=1)) is None
    ids.save()

    again = reopened(ids)
    assert [again.number(uuid) for uuid in uuids] == list(range(5_000))
    assert again.number(UUID(int=1)) is None
    assert again.uuid(17) == ids.uuid(17) == uuids[17]
    assert again.uuids(np.array([3, 1])) == [uuids[3], uuids[1]]


def test_it_goes_on_numbering_after_a_restart(tmp_path: Path) -> None:
    ids = IdMap(tmp_path / "ids")
    ids.add(UUID(int=1))
    ids.save()

    again = reopened(ids)
    assert again.add(UUID(int=2)) == 1
    assert again.uuid(1) == UUID(int=2)
    assert again.numbers([UUID(int=2), UUID(int=3), UUID(int=1), UUID(int=2)]).tolist() == [0, 1]
    again.save()

    assert reopened(again).number(UUID(int=2)) == 1


def test_it_takes_many_at_once(tmp_path: Path) -> None:
    ids = IdMap(tmp_path / "ids")
    ids.add(UUID(int=5))
    keys = os.urandom(16 * 200_000)

    ids.extend(keys)

    assert len(ids) == 200_001
    assert ids.number(UUID(int=5)) == 0
    for number in (1, 2, 99_999, 200_000):
        uuid = UUID(bytes=keys[16 * (number - 1) : 16 * number])
        assert ids.number(uuid) == reopened(ids).number(uuid) == number


def test_a_reader_follows_what_a_writer_appends(tmp_path: Path) -> None:
    writer, reader = IdMap(tmp_path / "ids"), IdMap(tmp_path / "ids")
    for number in range(3_000):
        writer.add(UUID(int=number))
        if number % 500 == 0:
            writer.save()
            reader.read_up_to(len(writer), writer.checksum)
            assert reader.number(UUID(int=number)) == number


def test_many_at_once_are_written_over_what_a_killed_writer_left(tmp_path: Path) -> None:
    ids = IdMap(tmp_path / "ids")
    ids.add(UUID(int=5))
    ids.save()
    with ids.path.open("ab") as file:
        file.write(b"half a uu")

    ids.extend(UUID(int=6).bytes)

    assert reopened(ids).number(UUID(int=6)) == 1
