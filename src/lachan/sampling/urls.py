"""Pages of sampling."""

from django.urls import include, path

from lachan.sampling import (
    counting_urls,
    custody_urls,
    pool_views,
    rapid_urls,
    table_setup_views,
    table_urls,
    views,
)
from lachan.sampling.answer_urls import ANSWERS
from lachan.sampling.campaign_urls import CAMPAIGNS

urlpatterns = [
    *CAMPAIGNS,
    *counting_urls.urlpatterns,
    *rapid_urls.urlpatterns,
    path("sampling/", views.table, name="table"),
    path("sampling/setup/", table_setup_views.setup, name="setup"),
    path("sampling/pooling/", pool_views.pooling, name="pooling"),
    path("sampling/<uuid:tube_id>/", views.tube, name="tube"),
    path("sampling/<uuid:tube_id>/close/", views.close, name="close"),
    path("", include("lachan.sampling.bench_urls")),
    path("", include("lachan.sampling.import_urls")),
    path("results/", views.results, name="results"),
    *custody_urls.urlpatterns,
    *ANSWERS,
    *table_urls.urlpatterns,
]
