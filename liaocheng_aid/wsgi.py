"""The WSGI application granian serves. Production does not start while a demonstration login exists."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaocheng_aid.settings")
application = get_wsgi_application()

from liaocheng_aid.web.production import refuse_demonstration_logins  # noqa: E402 - the models need the apps loaded

refuse_demonstration_logins()
