"""Whether memory that is mapped from a file is there already, and how it is read from disk."""

import ctypes
import mmap
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

_PAGE = mmap.PAGESIZE
_LIBRARY = ctypes.CDLL(None)


def is_resident(array: npt.NDArray[np.generic], index: int) -> bool:
    """Whether the page that holds an element can be read without waiting for a disk.

    Where the system cannot say, it is taken to be: nothing but time depends on it.
    """
    if not 0 <= index < len(array):
        return True
    address = array.ctypes.data + index * array.itemsize
    answer = ctypes.c_ubyte(1)
    try:
        failed = _LIBRARY.mincore(
            ctypes.c_void_p(address // _PAGE * _PAGE), ctypes.c_size_t(1), ctypes.byref(answer)
        )
    except AttributeError:
        return True
    return bool(failed) or bool(answer.value & 1)


def map_of(array: npt.NDArray[np.generic]) -> mmap.mmap | None:
    """The mapped file an array lies in, if it lies in one."""
    base = array.base.obj if isinstance(array.base, memoryview) else array.base
    return base if isinstance(base, mmap.mmap) else None


@contextmanager
def scattered(arrays: Iterable[npt.NDArray[np.generic]]) -> Iterator[None]:
    """Have single pages read from disk, not their surroundings with them, of mapped arrays."""
    maps = [each for array in arrays if (each := map_of(array)) is not None]
    for each in maps:
        each.madvise(mmap.MADV_RANDOM)
    try:
        yield
    finally:
        for each in maps:
            each.madvise(mmap.MADV_NORMAL)
