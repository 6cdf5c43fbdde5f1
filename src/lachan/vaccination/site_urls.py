"""Pages of the vaccination site and of its facility's desk."""

from django.urls import path

from lachan.vaccination import line_desk_views, line_views, site_desk_views, site_views

urlpatterns = [
    path("vaccination/sessions/", site_desk_views.sessions, name="sessions"),
    path("vaccination/sessions/new/", site_desk_views.new, name="session_new"),
    path("vaccination/sessions/<uuid:session>/", site_desk_views.session, name="session"),
    path(
        "vaccination/sessions/<uuid:session>/open/",
        site_desk_views.open_session,
        name="session_open",
    ),
    path(
        "vaccination/devices/<uuid:device>/close/",
        site_desk_views.close_device,
        name="site_close_device",
    ),
    path("vaccination/site/keys.json", site_views.keys, name="site_keys"),
    path("vaccination/site/manifest.json", site_views.manifest, name="site_manifest"),
    path("vaccination/site/sw.js", site_views.worker, name="site_worker"),
    path("vaccination/site/enrol/", site_views.enrol, name="site_enrol"),
    path("vaccination/site/carry/", site_views.carry, name="site_carry"),
    path("vaccination/site/<uuid:session>/", site_views.site, name="site"),
    path("vaccination/site/<uuid:session>/bars.json", site_views.bars, name="site_bars"),
    path("vaccination/site/<uuid:session>/pack.json", site_views.pack, name="site_pack"),
    path(
        "vaccination/site/<uuid:session>/pack-<int:page>.json",
        site_views.pack_page,
        name="site_pack_page",
    ),
    path("vaccination/site/codes.pdf", line_desk_views.codes, name="site_codes"),
    path("vaccination/site/<uuid:session>/letter/", line_views.letter, name="line_letter"),
    path("vaccination/site/<uuid:session>/line.json", line_views.line, name="line"),
    path("vaccination/site/<uuid:session>/call/", line_views.call, name="line_call"),
    path("vaccination/sessions/<uuid:session>/screen/", line_views.screen_link, name="screen_link"),
    path("vaccination/screen/<str:word>/", line_views.screen, name="screen"),
    path("vaccination/screen/<str:word>/board/", line_views.screen_board, name="screen_board"),
    path("vaccination/sessions/<uuid:session>/paper/", line_desk_views.paper, name="line_paper"),
    path("vaccination/sessions/<uuid:session>/gaps/", line_desk_views.gaps, name="line_gaps"),
]
