"""Whether memory that is mapped from a file is there already, or will have to be read from disk."""

import ctypes
import mmap

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
