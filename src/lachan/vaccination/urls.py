"""Pages of vaccination."""

from lachan.vaccination.registration_urls import REGISTRATION

urlpatterns = [*REGISTRATION]
