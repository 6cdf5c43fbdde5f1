"""Pages of the stock."""

from django.urls import path

from lachan.vaccination import stock_book_views, stock_moving_views, stock_views

STORE = "vaccine-stock/<uuid:store_id>/"

STOCK = [
    path("vaccine-stock/", stock_views.stores, name="stores"),
    path("vaccine-stock/new/", stock_views.new_store, name="store_new"),
    path(STORE, stock_views.stock, name="stock"),
    path(f"{STORE}lots/<uuid:lot_id>/", stock_views.lot, name="stock_lot"),
    path(f"{STORE}lots/<uuid:lot_id>/discard/", stock_book_views.discard, name="stock_discard"),
    path(f"{STORE}receive/", stock_moving_views.receive, name="stock_receive"),
    path(f"{STORE}send/", stock_moving_views.send, name="stock_send"),
    path(f"{STORE}deliveries/<uuid:move_id>/", stock_moving_views.delivery, name="stock_delivery"),
    path(f"{STORE}entries/<uuid:move_id>/", stock_moving_views.correct, name="stock_correct"),
    path(f"{STORE}book/", stock_book_views.book, name="stock_book"),
    path(f"{STORE}book/<uuid:book_id>/", stock_book_views.closed, name="stock_closed"),
    path(f"{STORE}cold/", stock_book_views.cold, name="stock_cold"),
    path(f"{STORE}cold/<uuid:excursion_id>/", stock_book_views.excursion, name="stock_excursion"),
]
