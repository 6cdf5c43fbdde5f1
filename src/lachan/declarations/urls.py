"""Pages of declaring."""

from django.urls import path

from lachan.declarations import behalf_views, triage_urls, views

urlpatterns = [
    path("declare/", views.declare, name="declare"),
    path("declare/mine/", views.mine, name="mine"),
    path("declare/<uuid:declaration>/", views.declared, name="declared"),
    path("declare/<uuid:declaration>/amend/", views.amend, name="amend"),
    # staff
    path("declare/behalf/", behalf_views.behalf_code, name="behalf_code"),
    path("declare/behalf/<uuid:person>/", behalf_views.behalf, name="behalf"),
    path("declare/behalf/done/<uuid:declaration>/", behalf_views.behalf_done, name="behalf_done"),
    *triage_urls.urlpatterns,
    # Last: a kind is a word, and so are the pages above.
    path("declare/<slug:kind>/", views.fill, name="fill"),
]
