"""Words for who was told of a decision, and how; the codes are in `selectors`."""

from django.utils.translation import gettext_lazy as _

WHOM = [
    ("person", _("The person")),
    ("family", _("The family")),
    ("police", _("Commune police")),
    ("neighbourhood", _("Head of neighbourhood or hamlet")),
    ("consular", _("Consular Department (foreigners)")),
]

HOW = [
    ("in_person", _("In person")),
    ("phone", _("By a phone call")),
    ("paper", _("On paper")),
    ("message", _("By message")),
    ("none", _("There is nobody to tell")),
]
