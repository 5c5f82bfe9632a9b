"""Every setting of the web, and no secret: secrets are files in the keys folder.

What a deployer may set in the environment:
    NVAP_WORKSPACE      the workspace (default ./workspace)
    NVAP_KEYS           the keys' folder (default: beside the workspace)
    NVAP_DATABASE_URL   postgresql://… (default: SQLite in the workspace)
    NVAP_HOSTS          names this server answers to, separated by commas, beside localhost
    NVAP_TRUSTED_PROXY  address of the proxy that speaks HTTPS in front of `nvap serve`
    NVAP_ADDRESS        the site's address as people type it, for links in e-mails (default: from NVAP_HOSTS)
    NVAP_SMTP_URL       smtp://… or smtps://…, the mail server for the daily digest (default: none, nothing is sent)
    NVAP_MAIL_FROM      the sender of the digest (default: nvap@ the site's name)
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from nvap.records.workspace import default_path, keys_path
from nvap.web import database, keys

HERE = Path(__file__).parent


def _kind(workspace: Path) -> str:
    """practice or real; a workspace that cannot be read is treated as real, which is the stricter."""
    try:
        return str(json.loads((workspace / "workspace.json").read_text(encoding="utf-8"))["kind"])
    except (OSError, ValueError, KeyError):
        return "real"


# --- The workspace -------------------------------------------------------------------------------
NVAP_WORKSPACE = default_path()
NVAP_KEYS = keys_path(NVAP_WORKSPACE)
_MADE = (NVAP_WORKSPACE / "workspace.json").exists()
# Where there is no workspace (type checks, tests) nothing is written: the key lives as long as the process.
SECRET_KEY = keys.secret(NVAP_KEYS, keys.SIGNING) if _MADE else secrets.token_hex(32)
NVAP_PRACTICE = _kind(NVAP_WORKSPACE) == "practice"
DEBUG = False

# --- Apps ----------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",  # for the widgets' own templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "nvap.web.journal",
    "nvap.web.accounts",
]
# The rooms that stand on top of the house.
INSTALLED_APPS += [f"nvap.web.{app}" for app in ("toolkit", "results", "profile", "plans", "api")]
ROOT_URLCONF = "nvap.web.urls"
WSGI_APPLICATION = "nvap.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nvap.web.middleware.request_number",
    "nvap.web.middleware.private_pages",
    "nvap.web.middleware.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "nvap.web.accounts.middleware.session_limits",
    "allauth.account.middleware.AccountMiddleware",
    "nvap.web.plans.middleware.KeepTyped",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "nvap.web.accounts.middleware.standing",
    "nvap.web.middleware.DatabaseTrouble",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nvap.web.context.page",
            ],
            # On every page, so that no template has to load them.
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "nvap.web.templatetags.gds",
            ],
        },
    }
]
FORM_RENDERER = "nvap.web.forms.Renderer"

# --- Database, cache, jobs -----------------------------------------------------------------------
_URL = os.environ.get("NVAP_DATABASE_URL", "")
DATABASES = {"default": database.postgresql(_URL) if _URL else database.sqlite(NVAP_WORKSPACE / "nvap.sqlite3")}
# In the database, since allauth's rate limits must hold across processes.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- People, sign-in, sessions -------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["nvap.web.accounts.hashers.Argon2id"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "nvap.web.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Sign-in has its own throttle, by person (accounts/throttle.py): a whole force sits behind one address, so nothing is
# ever counted by address alone. The entry that is left counts wrong codes of the second step, by person.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/5m/key", "reset_password_from_key": None}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "NVAP"
MFA_ADAPTER = "nvap.web.accounts.adapter.SecondStep"
# Nothing about accounts is mailed: a force administrator hands over one-time links.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
# The daily digest is the only mail there is, and only where a mail server is set (mail.py).
NVAP_SMTP_URL = os.environ.get("NVAP_SMTP_URL", "")
_HOST = next(filter(None, os.environ.get("NVAP_HOSTS", "").split(",")), "")
NVAP_ADDRESS = os.environ.get("NVAP_ADDRESS") or (f"https://{_HOST}" if _HOST else "http://127.0.0.1:8000")
NVAP_MAIL_FROM = os.environ.get("NVAP_MAIL_FROM") or f"nvap@{_HOST or 'localhost'}"

SESSION_IDLE_SECONDS = 30 * 60
SESSION_LONGEST_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True

# --- What a browser may do -----------------------------------------------------------------------
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *filter(None, os.environ.get("NVAP_HOSTS", "").split(","))]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
CSRF_FAILURE_VIEW = "nvap.web.errors.forged"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# A real workspace is served over HTTPS only; a practice one runs on one's own machine.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = not NVAP_PRACTICE
SECURE_HSTS_SECONDS = 0 if NVAP_PRACTICE else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not NVAP_PRACTICE
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # browsers' preload lists are for public sites
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# --- Static files: served by the web itself ------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [HERE / "locale"]
FORMAT_MODULE_PATH = ["nvap.web.formats"]
USE_TZ = True
# What is stored is UTC; pages show the force's own time (accounts/middleware.py).
TIME_ZONE = "UTC"

# --- Log: to the error stream; never a form's content or a row's values --------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.request": {"level": "ERROR"},  # a page that is not there is the reader's business, not the operator's
    },
}
