"""Run a program under another name for root: `python namespace.py PROGRAM [ARGUMENT ...]`.

PostgreSQL refuses to run as uid 0.  In a new user namespace our own uid 0 is called `daemon`:
no file changes its owner, no account is made, and a folder below a 0700 home stays readable.
The name must be in the password file (initdb looks it up) and must not be the overflow uid 65534,
which every unmapped stranger looks like.

Run as a file with `-I -S`, so that it starts in milliseconds and imports nothing of ours.
"""

import ctypes
import os
import pwd
import sys

#: linux/sched.h
CLONE_NEWUSER = 0x10000000


def enter() -> None:
    """Become `daemon` in name only; OSError where the kernel or a container forbids it."""
    user = pwd.getpwnam("daemon")
    uid, gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user.pw_uid} {uid} 1"),
        ("gid_map", f"{user.pw_gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


if __name__ == "__main__":
    enter()
    os.execv(sys.argv[1], sys.argv[1:])
