"""Pages of isolation."""

from django.urls import path

from lachan.isolation import own_views, sign_views, views

urlpatterns = [
    path("isolation/", views.orders, name="orders"),
    path("isolation/act/", views.act, name="act"),
    path("isolation/morning/", views.morning, name="morning"),
    path("isolation/mine/", own_views.mine, name="mine"),
    path("isolation/sign/", sign_views.to_sign, name="to_sign"),
    path("isolation/lists/<uuid:listing_id>/", sign_views.listing, name="listing"),
    path("isolation/lists/<uuid:listing_id>/record/", sign_views.record, name="record"),
    path("isolation/lists/<uuid:listing_id>/decline/", sign_views.decline, name="decline"),
    path("isolation/lists/<uuid:listing_id>/cancel/", sign_views.cancel, name="cancel"),
    path("isolation/lists/<uuid:listing_id>/<str:name>", sign_views.paper, name="paper"),
    path("isolation/papers/<uuid:signed_id>/scan/", sign_views.attach, name="attach"),
    path("isolation/scans/<uuid:scan_id>/", sign_views.scan, name="scan"),
    path("isolation/<uuid:order_id>/", views.order, name="order"),
    path("isolation/<uuid:order_id>/extend/", sign_views.extend, name="extend"),
    path("isolation/<uuid:order_id>/<str:name>", views.order_paper, name="order_paper"),
]
