"""Pages of the sampling table and of its unit's desk."""

from django.urls import path

from lachan.sampling import table_desk_views, table_views

urlpatterns = [
    path("sampling/keys.json", table_views.keys, name="table_keys"),
    path("sampling/pack.json", table_views.pack, name="table_pack"),
    path("sampling/who/", table_views.who, name="table_who"),
    path("sampling/tubes/", table_desk_views.tubes, name="table_slips"),
    path("sampling/enrol/", table_views.enrol, name="table_enrol"),
    path("sampling/manifest.json", table_views.manifest, name="table_manifest"),
    path("sampling/sw.js", table_views.worker, name="table_worker"),
    path("sampling/carry/", table_desk_views.carry, name="table_carry"),
    path("sampling/devices/", table_desk_views.devices, name="table_devices"),
    path(
        "sampling/devices/<uuid:device>/close/",
        table_desk_views.close_device,
        name="table_close_device",
    ),
    path("sampling/reviews/<uuid:review>/", table_desk_views.looked_at, name="table_looked_at"),
    path("sampling/labels/", table_desk_views.label_series, name="labels"),
    path("sampling/slips.pdf", table_desk_views.slips_to_print, name="slips_pdf"),
    path(
        "sampling/labels/<uuid:series>/<slug:sheet>.pdf",
        table_desk_views.labels_to_print,
        name="labels_pdf",
    ),
]
