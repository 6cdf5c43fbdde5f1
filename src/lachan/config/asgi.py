"""The one ASGI callable: the hot path and Django behind one port."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")

pages = get_asgi_application()

# Only after Django is set up: the hot path shares its translations and the venues' rules.
from lachan.config.dsn import conninfo_of  # noqa: E402
from lachan.gate.hot import Application, HotPath, mounted  # noqa: E402

application = mounted(HotPath(lambda: conninfo_of("gate")), cast(Application, pages))
