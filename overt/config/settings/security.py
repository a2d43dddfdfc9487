"""Secrets, hosts, cookies, signing in and the content security policy."""

from datetime import timedelta

from csp.constants import NONCE, NONE, SELF

from overt.config.env import MODE, PRODUCTION, embedded_secret_key, env, number, required

if PRODUCTION:
    SECRET_KEY = required("OVERT_SECRET_KEY", "it signs sessions and forms.")
    ALLOWED_HOSTS = required(
        "OVERT_ALLOWED_HOSTS", "a comma-separated list of the names Overt is served under."
    ).split(",")
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
else:
    SECRET_KEY = "x" * 40 + "only-for-tests" if MODE == "test" else embedded_secret_key()
    ALLOWED_HOSTS = env.list("OVERT_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])

# Off TLS (the embedded default on localhost) a secure cookie would never come back.
SECURE_SSL_REDIRECT = PRODUCTION
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
# However much it is used, and: when nothing is asked for that long.
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_IDLE_MINUTES: int = number("OVERT_IDLE_MINUTES", 30)
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The address of a client is the one that the nearest trusted proxy names: whatever stands further
# left in X-Forwarded-For, the client may have written.
TRUSTED_PROXIES: int = number("OVERT_PROXIES", 1) if PRODUCTION else 0

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]

# Lockout: wrong passwords and wrong codes, counted together, in the database
# (docs/adr/0012-signing-in.md).
AXES_FAILURE_LIMIT = 5  # for one username from one address
LOCKOUT_FAILURES_FROM_ANYWHERE = 20  # for one username from all addresses together
AXES_COOLOFF_TIME = timedelta(minutes=15)  # after the last failure that was counted
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_HANDLER = "overt.accounts.lockout.TwoLimits"
AXES_CLIENT_IP_CALLABLE = "overt.accounts.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "overt.accounts.lockout.locked_page"
AXES_RESET_ON_SUCCESS = True
# Trying on does not put off the end; the one who is kept out may be the one who owns the account.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the ledger keeps who signed in
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "ip_address",
    "code",
    "credential",
    "old_password",
    "new_password1",
    "new_password2",
    "next",
    "csrfmiddlewaretoken",
]

# allauth: second factors and the steps of signing in. It sends no mail and signs nobody up.
ACCOUNT_ADAPTER = "overt.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# Its limits would need a cache that all web processes share; the lockout counts instead.
ACCOUNT_RATE_LIMITS = False
ACCOUNT_LOGIN_TIMEOUT = 5 * 60  # seconds from the password to the second factor
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60  # seconds
MFA_ADAPTER = "overt.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
# manage.py totp_code, for trying Overt out alone and without a phone.
TOTP_CODES_ON_REQUEST: bool = MODE == "embedded"
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_FORMS = {
    "authenticate": "overt.accounts.forms.CodeForm",
    "reauthenticate": "overt.accounts.forms.ConfirmingCodeForm",
    "activate_totp": "overt.accounts.forms.FirstCodeForm",
    "add_webauthn": "overt.accounts.forms.PasskeyForm",
    "login_webauthn": "overt.accounts.forms.PasskeySignInForm",
    "authenticate_webauthn": "overt.accounts.forms.PasskeyUseForm",
    "reauthenticate_webauthn": "overt.accounts.forms.ConfirmingPasskeyForm",
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
