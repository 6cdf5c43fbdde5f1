"""`{% load lots %}{% barred_strip province %}`: the lots not to be used, kept up to date."""

from typing import Any

from django import template

from lachan.vaccination import lot_words
from lachan.vaccination.lot_reading import barred_lots

register = template.Library()


@register.inclusion_tag("vaccination/_barred.html")
def barred_strip(province: int | None) -> dict[str, Any]:
    """What a page of a site shows on top; its module asks every two seconds whether it changed."""
    return {"province": province or 0, **lot_words.strip(barred_lots(province or None))}
