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
from llvmlite import ir  # noqa: E402
from numba.core import cgutils, types  # noqa: E402
from numba.extending import intrinsic  # noqa: E402


def kernel(function: Function) -> Function:
    """Compile a loop over arrays: cached on disk, without the interpreter's lock, exact."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


@kernel
def whole(value: Any) -> int:
    """A 64-bit integer with a sign, in kernels; an unsigned one beside it would give a float."""
    number: int = numba.int64(value)
    return number


def _prefetch(_: Any, array: Any, index: Any) -> Any:
    """The type of `prefetch` and what it compiles to."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        address = builder.bitcast(builder.gep(data, [arguments[1]]), cgutils.voidptr_t)
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, number, number, number])
        insert: Any = cgutils.get_or_insert_function
        # For reading, into the nearest cache, data.
        flags = [number(0), number(3), number(1)]
        builder.call(insert(builder.module, kind, "llvm.prefetch.p0"), [address, *flags])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


#: `prefetch(array, index)` in kernels has an element fetched that is soon read or written.  It
#: changes no value: a loop whose next addresses are known waits for memory once, not once a row.
prefetch = cast(Callable[[Any, int], None], intrinsic(_prefetch))
