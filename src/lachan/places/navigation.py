"""The tab of places."""

from django.utils.translation import gettext_lazy as _

from lachan.places.views import READ
from lachan.ui.navigation import Tab, register

register(
    Tab(
        name="places",
        url_name="places:places",
        roles=frozenset(READ),
        label=_("Places"),
        order=70,
    )
)
