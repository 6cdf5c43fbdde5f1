"""The one place where numba is met: how a kernel is compiled and where its code is kept."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def source_key() -> str:
    """A hash of all engine sources: numba itself notices only changes in a kernel's own file."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Where compiled kernels are kept: the user's cache, or a temporary folder when unwritable."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    wanted = Path(home) / "lachan" / f"kernels-{source_key()}"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="lachan-kernels-"))
    if os.access(wanted, os.W_OK):
        return wanted
    return Path(tempfile.mkdtemp(prefix="lachan-kernels-"))


# numba reads this once, when it is imported.
if "NUMBA_CACHE_DIR" not in os.environ:
    os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())

import numba  # noqa: E402


def kernel(function: Function) -> Function:
    """Compile a loop over arrays: cached on disk, without the interpreter's lock, exact."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@kernel
def whole(value: Any) -> int:
    """A 64-bit integer with a sign, in kernels; an unsigned one beside it would give a float."""
    number: int = numba.int64(value)
    return number
