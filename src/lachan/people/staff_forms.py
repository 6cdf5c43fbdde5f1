"""The sign-in library's forms in our words and our shape."""

from typing import Any

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from lachan.people.staff_door import SecondFactorAdapter, may_try
from lachan.ui.forms import Shown


def _code_field(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"})
    return forms.CharField(label=label, help_text=help_text, widget=widget)


class StaffLoginForm(Shown, LoginForm):  # type: ignore[misc]  # the library is not typed
    """Account name and password."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["login"].label = _("Your account name")
        self.fields["login"].widget = forms.TextInput({"autocomplete": "username"})


class PasswordAgainForm(Shown, ReauthenticateForm):  # type: ignore[misc]  # not typed
    """The password once more, before something that matters."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class SecondFactorForm(Shown, AuthenticateForm):  # type: ignore[misc]  # the library is not typed
    """A code of the app, or one of the printed recovery codes."""

    code = _code_field(
        _("Code of your app"),
        _("Six digits. Without your phone: one of the eight-digit codes you printed."),
    )

    def clean_code(self) -> str:
        if not may_try(context.request, self.user):
            raise SecondFactorAdapter().validation_error("incorrect_code")
        code: str = super().clean_code()
        return code


class SetUpForm(Shown, ActivateTOTPForm):  # type: ignore[misc]  # the library is not typed
    """The first code of a new app."""

    code = _code_field(_("The six digits the app shows now"))
