"""What granian's own child loads: the application, bound to the life of granian itself."""

import os

from lachan.config.supervisor.bond import end_with

end_with(os.getppid())

from lachan.config.asgi import application  # noqa: E402  first the bond, then the long import

__all__ = ["application"]
