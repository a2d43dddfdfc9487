"""Apps, templates, language and time."""

import re

from django.core.exceptions import ImproperlyConfigured

from overt.config.env import MODE, ROOT, env

DEBUG = False
# Everything on one machine, for trying out: every page says so.
EMBEDDED: bool = MODE == "embedded"
ROOT_URLCONF = "overt.config.urls"
WSGI_APPLICATION = "overt.config.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "overt.config.apps.ServedFiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "overt.accounts",
    "overt.policy",
    "overt.ledger",
    "overt.hotspots",
    "overt.deployments",
    "overt.recognition",
    "overt.register",
    "overt.config.apps.ConfigApp",
]

MIDDLEWARE = [
    "overt.config.request_log.RequestLog",
    "overt.config.watching.WatchersFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "overt.accounts.middleware.SessionRules",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "axes.middleware.AxesMiddleware",
    "overt.pasted.NothingPasted",
]

# Widgets, too, from templates/ where there is one.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "overt.config.context.shell",
            ],
        },
    },
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# The policy profile that new work is held to: the file name, without .toml, in POLICY_DIR.
POLICY_DIR = ROOT / "data" / "policy"
POLICY_PROFILE = env.str("OVERT_POLICY", "met-2024-09")
# Bank holidays, polling days and festivals that the calendar knows.
DATES_DIR = ROOT / "data" / "dates"
FORCE_NAME = env.str("OVERT_FORCE_NAME", "Metropolitan Police Service")
# Where the public asks the force about a deployment, as people read it: an address, a number.
FORCE_CONTACT: str = env.str("OVERT_FORCE_CONTACT", "")
# Scheme and host under which the public reaches Overt, without a path. It is printed on signs.
PUBLIC_URL: str = env.str("OVERT_PUBLIC_URL", "").rstrip("/")
if PUBLIC_URL and not re.fullmatch(r"https?://[^/\s?#]+", PUBLIC_URL):
    raise ImproperlyConfigured(
        f"OVERT_PUBLIC_URL is {PUBLIC_URL!r}; write it like https://overt.example.org."
    )
