"""Pages of the laboratory's bench."""

from django.urls import path

from lachan.sampling import bench_plate_views as plates
from lachan.sampling import bench_release_views as releases
from lachan.sampling import bench_views as views

urlpatterns = [
    path("laboratory/", views.laboratory, name="laboratory"),
    path("laboratory/tubes.<str:ending>", views.desk_file, name="laboratory_file"),
    path("laboratory/accession/", plates.accession, name="accession"),
    path("laboratory/plates/", plates.plates, name="plates"),
    path("laboratory/plates/<uuid:plate_id>/", plates.plate, name="plate"),
    path("laboratory/plates/<uuid:plate_id>/take-out/", plates.take_out, name="plate_take_out"),
    path("laboratory/plates/<uuid:plate_id>/start/", plates.start, name="plate_start"),
    path("laboratory/plates/<uuid:plate_id>/controls/", plates.judge, name="plate_controls"),
    path("laboratory/plates/<uuid:plate_id>/<slug:kind>.csv", plates.layout, name="plate_layout"),
    path("laboratory/repeats/", plates.repeats, name="repeats"),
    path("laboratory/approve/", views.approve, name="approve"),
    path("laboratory/release/", releases.release, name="release"),
    path("laboratory/release/<uuid:result_id>/", releases.release_one, name="release_one"),
    path("laboratory/results/<uuid:result_id>/amend/", views.amend, name="amend"),
    path("laboratory/results/<uuid:result_id>/withdraw/", views.withdraw, name="withdraw"),
    path("laboratory/<uuid:tube_id>/", views.outcome, name="outcome"),
]
