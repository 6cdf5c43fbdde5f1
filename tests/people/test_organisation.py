"""Staff sign in at their own organisation, by OpenID Connect over real HTTP."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.conf import settings
from django.test import Client

from lachan.config.sign_in_settings import oidc_providers
from lachan.core.middleware import COOKIE
from lachan.core.roles import Role
from lachan.core.scope import principal_of
from lachan.people import operating, signing_in
from lachan.people.accounts import Account
from tests.factories import cast
from tests.people import identity_provider
from tests.people.identity_provider import Provider


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with identity_provider.running() as peer:
        environment = {
            "LACHAN_OIDC": "cdc",
            "LACHAN_OIDC_CDC_NAME": "CDC Bắc Ninh",
            "LACHAN_OIDC_CDC_ISSUER": peer.url,
            "LACHAN_OIDC_CDC_CLIENT": identity_provider.CLIENT,
            "LACHAN_OIDC_CDC_SECRET": "s",
        }
        before = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
        settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = oidc_providers(environment)
        yield peer
        settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"] = before


def officer(handle: str, subject: str) -> Account:
    roles = {Role.TRACER: signing_in.At(province=cast.PROVINCE)}
    account = signing_in.open_account(handle=handle, name="Nguyễn Thu Hương", roles=roles)
    operating.link(account, "cdc", subject)
    return account


def come_from(provider: Provider, subject: str, next_page: str = "") -> tuple[Client, Any]:
    """Go to the organisation as a browser does, and come back as `subject`."""
    provider.subject = subject
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    there = client.get("/sign-in/staff/at/cdc/", {"next": next_page} if next_page else {})
    assert there["Location"].startswith(f"{provider.url}/authorize?")
    back = urlsplit(httpx.get(there["Location"]).headers["Location"])
    assert back.path == "/sign-in/staff/at/cdc/back/"
    return client, client.get(f"{back.path}?{back.query}")


def test_the_door_names_the_organisation(provider: Provider) -> None:
    page = Client(headers={"accept-language": "en", "host": "localhost"}).get("/sign-in/staff/")
    assert "Sign in at CDC Bắc Ninh" in page.content.decode()


def test_a_linked_officer_comes_in(provider: Provider) -> None:
    account = officer("huong", "sub-1")
    client, answer = come_from(provider, "sub-1", "/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    principal = principal_of(client.cookies[COOKIE].value)
    assert principal is not None
    assert (principal.account, principal.province) == (account.id, cast.PROVINCE)


def test_somebody_nobody_linked_stays_outside_and_no_account_is_made(provider: Provider) -> None:
    before = Account.objects.count()
    client, answer = come_from(provider, "sub-unknown")
    assert (answer.status_code, "not_linked" in answer.content.decode()) == (403, True)
    assert COOKIE not in client.cookies
    assert Account.objects.count() == before


def test_a_citizens_account_is_never_opened_by_an_organisation(provider: Provider) -> None:
    operating.link(signing_in.open_citizen(phone="0900444002"), "cdc", "sub-citizen")
    client, answer = come_from(provider, "sub-citizen")
    assert (answer.status_code, COOKIE in client.cookies) == (403, False)


def test_it_says_when_the_organisation_refuses(provider: Provider) -> None:
    provider.refuses = True
    client, answer = come_from(provider, "sub-1")
    provider.refuses = False
    assert (answer.status_code, "organisation_refused" in answer.content.decode()) == (401, True)
    assert COOKIE not in client.cookies


def test_a_forged_answer_is_refused(provider: Provider) -> None:
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    answer = client.get("/sign-in/staff/at/cdc/back/", {"code": "c", "state": "made up"})
    assert (answer.status_code, COOKIE in client.cookies) == (401, False)


def test_it_says_when_the_organisation_is_away(provider: Provider) -> None:
    settings_of_app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]
    settings_of_app["server_url"] = "http://127.0.0.1:9"
    client = Client(headers={"accept-language": "en", "host": "localhost"})
    answer = client.get("/sign-in/staff/at/cdc/")
    settings_of_app["server_url"] = provider.url
    assert (answer.status_code, "organisation_away" in answer.content.decode()) == (503, True)


def test_a_provider_that_is_not_set_up_is_not_found(provider: Provider) -> None:
    assert Client(headers={"host": "localhost"}).get("/sign-in/staff/at/other/").status_code == 404


def test_a_provider_without_its_secret_is_named() -> None:
    with pytest.raises(KeyError, match="LACHAN_OIDC_CDC_CLIENT"):
        oidc_providers({"LACHAN_OIDC": "cdc"})
