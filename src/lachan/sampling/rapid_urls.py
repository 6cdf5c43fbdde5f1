"""Pages of rapid tests."""

from django.urls import path

from lachan.sampling import (
    rapid_board_views,
    rapid_counting_views,
    rapid_home_views,
    rapid_views,
)

urlpatterns = [
    path("sampling/rapid/", rapid_views.table, name="rapid_table"),
    path("sampling/rapid/setup/", rapid_views.setup, name="rapid_setup"),
    path("sampling/rapid/change/", rapid_views.change, name="rapid_change"),
    path("sampling/rapid/kits/", rapid_views.kits, name="rapid_kits"),
    path("sampling/rapid/board/", rapid_board_views.board, name="rapid_board"),
    path("sampling/rapid/counts/", rapid_counting_views.counts, name="rapid_counts"),
    path(
        "sampling/rapid/counts.<slug:ending>", rapid_counting_views.download, name="rapid_download"
    ),
    path("sampling/rapid/<uuid:tube_id>/", rapid_board_views.read, name="rapid_read"),
    path("sampling/rapid/<uuid:tube_id>/repeat/", rapid_board_views.repeat, name="rapid_repeat"),
    path("self-test/", rapid_home_views.report, name="rapid_home"),
    path("sampling/self-tests/", rapid_home_views.reports, name="rapid_reports"),
    path("sampling/self-tests/<uuid:report_id>/", rapid_home_views.answer, name="rapid_report"),
    path("sampling/self-tests/<uuid:report_id>/photo/", rapid_home_views.photo, name="rapid_photo"),
]
