"""The WSGI application granian serves. Production does not start while a demonstration login exists."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaocheng_aid.settings")
application = get_wsgi_application()


def refuse_demonstration_logins() -> None:
    """Raises ImproperlyConfigured in production where an invented login could still sign in."""
    from accounts.models import User

    if settings.PRODUCTION and User.objects.filter(is_demonstration=True, is_active=True).exists():
        raise ImproperlyConfigured("demonstration logins exist: production starts on a database of its own")


refuse_demonstration_logins()
