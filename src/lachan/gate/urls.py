"""Addresses of the gate."""

from django.urls import path

from lachan.gate import pass_views, views

urlpatterns = [
    path("gate/", views.camera, name="camera"),
    path("gate/scan", views.scan, name="scan"),
    path("gate/desk/", views.desk, name="desk"),
    path("gate/no-code/", views.enter, name="enter"),
    path("gate/choose/", views.choose, name="choose"),
    path("gate/keys.json", views.keys, name="keys"),
    path("gate/pack.json", views.pack, name="zone_pack"),
    path("gate/sw.js", views.worker, name="worker"),
    path("pass/", pass_views.home, name="pass"),
    path("pass/slip.pdf", pass_views.slip_pdf, name="slip"),
]
