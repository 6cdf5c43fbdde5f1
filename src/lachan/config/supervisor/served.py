"""What granian's own child loads: the application, bound to the life of granian itself."""

import gc
import os

from lachan.config.supervisor.bond import end_with

end_with(os.getppid())

from lachan.config.asgi import application  # noqa: E402  first the bond, then the long import

__all__ = ["application"]

# What was loaded stays for the life of the process: no collection looks at it again.  Without this
# a check-in costs a quarter more, and the slowest of a hundred takes twice as long.
gc.collect()
gc.freeze()
