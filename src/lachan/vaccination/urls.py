"""Pages of vaccination."""

from django.urls import path

from lachan.vaccination import book_views, public_views, site_urls
from lachan.vaccination.aefi_urls import AEFI
from lachan.vaccination.evening_urls import EVENING
from lachan.vaccination.planning_urls import PLANNING
from lachan.vaccination.registration_urls import REGISTRATION
from lachan.vaccination.stock_urls import STOCK

urlpatterns = [
    path("vaccination/book/", book_views.book, name="book"),
    path("vaccination/figures/", public_views.figures, name="figures"),
    path("vaccination/figures.<str:ending>", public_views.download, name="figures_file"),
    path("vaccination/stock.<str:ending>", public_views.stock, name="stock_figures_file"),
    path("vaccination/sites.<str:ending>", public_views.sites, name="sites_file"),
    *AEFI,
    *PLANNING,
    *EVENING,
    *REGISTRATION,
    *site_urls.urlpatterns,
    *STOCK,
]
