"""Pages of vaccination."""

from lachan.vaccination.aefi_urls import AEFI

urlpatterns = [*AEFI]
