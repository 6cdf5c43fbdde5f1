"""What an approver sends."""

from typing import Any

from django import forms

from lachan.notices.models import Notice
from lachan.ui.forms import Form


class BatchForm(Form):
    """The ticked messages."""

    notice = forms.ModelMultipleChoiceField(Notice.objects.none())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["notice"].queryset = Notice.objects.all()  # type: ignore[attr-defined]
