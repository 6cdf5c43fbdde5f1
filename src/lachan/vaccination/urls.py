"""Pages of vaccination."""

from django.urls import path

from lachan.vaccination import book_views

urlpatterns = [
    path("vaccination/book/", book_views.book, name="book"),
]
