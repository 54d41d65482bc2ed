"""``{% load codes %}``: square codes drawn into the page."""

import segno
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """Draw a square code as a picture with a name; the text is whatever a phone or a scanner shall read."""
    drawing = segno.make(str(text), error="m").svg_inline(scale=4, border=2, omitsize=True, light="#fff")
    # The drawing is made of numbers only: segno writes no text into it.
    return format_html('<span class="lt-qr" role="img" aria-label="{}">{}</span>', label, mark_safe(drawing))  # noqa: S308
