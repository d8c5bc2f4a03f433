"""What production refuses before it serves the first page."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.models import User


def refuse_demonstration_logins() -> None:
    """Raises ImproperlyConfigured in production where an invented login could still sign in."""
    if settings.PRODUCTION and User.objects.filter(is_demonstration=True, is_active=True).exists():
        raise ImproperlyConfigured("demonstration logins exist: production starts on a database of its own")
