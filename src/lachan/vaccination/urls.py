"""Pages of vaccination."""

from lachan.vaccination.stock_urls import STOCK

urlpatterns = [*STOCK]
