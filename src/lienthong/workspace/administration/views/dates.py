"""The date a page is asked for, and the address that keeps it."""

from datetime import date

from django.http import HttpRequest

from lienthong.kernel import clock


def asked_date(request: HttpRequest) -> date:
    """Read ``?ngay=``; today when it is missing or no date."""
    try:
        return date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return clock.local_date(clock.now())
