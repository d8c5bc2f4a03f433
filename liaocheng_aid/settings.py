"""Settings for every deployment; the environment decides between them.

`AID_MODE` is `production` unless `start.py` sets `demo`, or the test runner `test`. Nothing here is secret:
keys lie in `AID_DATA_DIR/keys`, passwords in `DATABASE_URL` or in the embedded cluster's own file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured

from liaocheng_aid import database

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("AID_DATA_DIR", BASE_DIR / ".data"))
KEYS_DIR = DATA_DIR / "keys"
DOCUMENTS_DIR = Path(os.environ.get("AID_DOCUMENTS_DIR", DATA_DIR / "documents"))
FONTS_DIR = os.environ.get("AID_FONTS_DIR", "")
ANCHORS_DIR = Path(os.environ.get("AID_ANCHORS_DIR", DATA_DIR / "anchors"))

# Where each department is reached (docs/handbook.zh-CN.md); without the file nobody is asked.
SOURCES_FILE = os.environ.get("AID_SOURCES_FILE", str(DATA_DIR / "sources.yaml"))
NIGHT_BEGINS_AT = os.environ.get("AID_NIGHT_BEGINS_AT", "22:00")
NIGHT_PROMISED_AT = os.environ.get("AID_NIGHT_PROMISED_AT", "06:30")
# Where each platform takes its files from: a folder with one of its own for every county that takes part ("": none).
PLATFORM_DIRS: dict[str, str] = {
    "recipients": os.environ.get("AID_PLATFORM_DIR", ""),
    "credit": os.environ.get("AID_CREDIT_PLATFORM_DIR", ""),
}
# How long `nightly` by hand waits for sources that do not answer, in seconds.
NIGHT_PATIENCE = int(os.environ.get("AID_NIGHT_PATIENCE", "1800"))

AID_MODE = os.environ.get("AID_MODE", "production")
if AID_MODE not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"AID_MODE is {AID_MODE!r}; it must be production, demo or test")
PRODUCTION = AID_MODE == "production"
DEBUG = False
# Seconds by which now() and aid_now() are shifted; the database ignores it outside a test deployment.
AID_CLOCK_SHIFT = int(os.environ.get("AID_CLOCK_SHIFT", "0")) if AID_MODE == "test" else 0
# How long a killed worker's job rests, and how often the beat ticks, in seconds; tests alone may hurry both.
LEASE_SECONDS = int(os.environ.get("AID_LEASE_SECONDS", "60")) if AID_MODE == "test" else 60
TICK_SECONDS = float(os.environ.get("AID_TICK_SECONDS", "60")) if AID_MODE == "test" else 60.0
# aes: AES-256-GCM + HMAC-SHA-256; sm: SM4-GCM + HMAC-SM3.
AID_CRYPTO_SUITE = os.environ.get("AID_CRYPTO_SUITE", "aes")
AID_HELP_PHONE = os.environ.get("AID_HELP_PHONE", "0635-5550123")


def _secret_key() -> str:
    """The signing key: from the environment, else made once and kept beside the data keys."""
    if given := os.environ.get("AID_SECRET_KEY"):
        return given
    path = KEYS_DIR / "django.key"
    if not path.exists():
        KEYS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        try:
            os.link(fresh, path)  # the first of several starting processes wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("AID_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("AID_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "axes",
    "accounts",
    "households",
    "eligibility",
    "payments",
    "verification",
    "applications",
    "disclosure",
    "liaocheng_aid",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "liaocheng_aid.web.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "liaocheng_aid.web.sessions.AbsoluteLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "liaocheng_aid.web.login.LoginRequired",
    "liaocheng_aid.web.errors.AnswerErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "liaocheng_aid.urls"
WSGI_APPLICATION = "liaocheng_aid.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liaocheng_aid.web.context.shell",
            ],
        },
    }
]

DATABASE_URLS = database.from_environment()


def _database(url: Mapping[str, Any]) -> dict[str, Any]:
    """A connection: a lock is waited for four seconds and a statement a minute, whatever the URL adds."""
    options = {"options": "-c lock_timeout=4000 -c statement_timeout=60000", **url.get("OPTIONS", {})}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        **url,
        "OPTIONS": options,
    }


DATABASES: dict[str, dict[str, Any]] = {
    "default": _database(DATABASE_URLS.app),
    # Migrations and test set-up only; no other code may name it.
    "owner": {**_database(DATABASE_URLS.owner), "CONN_MAX_AGE": 0, "TEST": {"MIRROR": "default"}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# `accounts.access` asks the grants itself, together with the post that stands behind them.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ThreeClasses"},
    {"NAME": "accounts.passwords.LocalBlocklist"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# five wrong passwords lock this user at this address for 15 minutes, never the whole township.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "liaocheng_aid.web.login.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_ABSOLUTE_SECONDS = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "liaocheng_aid.web.errors.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = os.environ.get("AID_TLS_REDIRECT", "1") == "1"
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# The interface (`/api/v1/`): whatever is not said here is off.
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_callers.TokenAuthentication",
        "accounts.api_callers.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.api_callers.InOffice"],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "accounts.api_callers.AsAsked",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "liaocheng_aid.web.problems.of_the_framework",
    "URL_FORMAT_OVERRIDE": None,
    "FORMAT_SUFFIX_KWARG": None,
}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "聊城社会救助接口",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["liaocheng_aid.api.complete"],
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["liaocheng_aid.formats"]
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if AID_MODE != "test"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = AID_MODE == "test"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
TEST_RUNNER = "django.test.runner.DiscoverRunner"

REDIS_URL = os.environ.get("REDIS_URL", "")
# Tests run their jobs themselves, and a bell rung there is heard by nobody, but where one asks for a broker.
_IS_DEAF = AID_MODE == "test" and os.environ.get("AID_BROKER") != "filesystem"
CELERY_BROKER_URL = REDIS_URL or ("memory://" if _IS_DEAF else "filesystem://")
_BROKER = DATA_DIR / "broker"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 120, "unacked_restore_interval": 5, "unacked_restore_throttle": 1}
    if REDIS_URL
    else {}
    if _IS_DEAF
    else {
        "data_folder_in": str(_BROKER / "queue"),
        "data_folder_out": str(_BROKER / "queue"),
        "control_folder": str(_BROKER / "control"),
        "polling_interval": 0.1,
    }
)

# Logs are events: `log.info("enquiry_skipped", enquiry=pk)`. No names, no numbers of people.
structlog.configure(
    processors=[
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"event": {"format": "%(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
    "root": {"handlers": ["console"], "level": os.environ.get("AID_LOG_LEVEL", "WARNING")},
}
