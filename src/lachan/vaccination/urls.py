"""Pages of vaccination; each part has its own list."""

from lachan.vaccination import site_urls

urlpatterns = [*site_urls.urlpatterns]
