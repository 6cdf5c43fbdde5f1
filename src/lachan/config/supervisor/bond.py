"""A child that ends with its parent, even when the parent is killed and can tell nobody.

`python -m lachan.config.supervisor.bond MODULE [WORD ...]` runs a module bound to the supervisor.
"""

import ctypes
import os
import runpy
import signal
import sys
import threading
import time

#: linux/prctl.h: the signal this process gets when the thread that made it ends.
PR_SET_PDEATHSIG = 1

#: Seconds between two looks where the kernel cannot tell us; well below the promised five.
GLANCE = 0.5


def end_with(parent: int) -> None:
    """End this process as soon as `parent`, which made it, is gone.

    A clean farewell is not needed: what was acknowledged is committed.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_watch, args=(parent,), name="bond", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(GLANCE)
    os._exit(1)


def main(arguments: list[str]) -> None:
    """Run a module as `python -m` would, bound to the supervisor."""
    end_with(int(os.environ["LACHAN_SUPERVISOR"]))
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
