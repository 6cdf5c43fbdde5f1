"""The one ASGI callable: the hot path and Django behind one port."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lachan.config.settings")

application = get_asgi_application()
