"""All settings, from the environment, in one file.

Each variable is described in ``docs/settings.md``; a test compares the two.
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

from lienthong.kernel.logs import logging_config

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parents[1]


def env(name: str, default: str = "") -> str:
    """Read one variable of the environment; an empty one counts as not set, as a Makefile passes it on."""
    return os.environ.get(name) or default


def env_flag(name: str, *, default: bool) -> bool:
    """Read a yes-or-no variable: ``1``, ``true`` or ``yes`` mean yes."""
    return env(name, "1" if default else "0").lower() in ("1", "true", "yes")


def env_list(name: str, default: str = "") -> list[str]:
    """Read a comma-separated variable."""
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def database_from(url: str) -> dict[str, object]:
    """Turn ``postgresql://user:password@host:port/name?host=/socket`` into Django's form."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # Statements repeat in shape: the server plans each once a connection instead of once a request.
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **query},
    }


DATA = Path(env("DATA", str(ROOT / ".data"))).resolve()
SEEDS = Path(env("SEEDS", str(ROOT / "seeds"))).resolve()
DEMO = env_flag("DEMO", default=False)
DEBUG = env_flag("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
if not SECRET_KEY:
    secret_file = DATA / "secret-key"
    SECRET_KEY = secret_file.read_text() if secret_file.exists() else "insecure-only-for-build-commands"

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")
SITE_URL = env("SITE_URL", "http://127.0.0.1:8000")
SECURE = SITE_URL.startswith("https://")

# The embedded server writes its address to DATA/postgres/url; see lienthong.kernel.embedded.
DATABASE_URL = env("DATABASE_URL")
if not DATABASE_URL:
    url_file = DATA / "postgres.url"
    DATABASE_URL = url_file.read_text().strip() if url_file.exists() else "postgresql:///lienthong"
DATABASES = {"default": database_from(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The floors of the house, from the bottom up; the import contract holds the same order.
CONTEXTS = [
    "lienthong.kernel",
    "lienthong.ui",
    "lienthong.organisations",
    "lienthong.accounts",
    "lienthong.files",
    "lienthong.forms",
    "lienthong.workflows",
    "lienthong.notifications",
    "lienthong.payments",
    "lienthong.vault",
    "lienthong.catalogue",
    "lienthong.dossiers",
    "lienthong.counters",
    "lienthong.indicators",
    "lienthong.workspace",
    "lienthong.portal",
]
INSTALLED_APPS = [
    *CONTEXTS,
    "lienthong.rest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "lienthong.kernel.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "lienthong.ui.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lienthong.accounts.middleware.IdleSessionMiddleware",
    "lienthong.accounts.middleware.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "lienthong.accounts.middleware.PasswordAgeMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lienthong.kernel.middleware.DomainErrorMiddleware",
]
ROOT_URLCONF = "lienthong.urls"
WSGI_APPLICATION = "lienthong.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "lienthong.accounts.context.session_clock",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# People and sessions
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["lienthong.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "lienthong.accounts.validators.NotUsedBeforeValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lienthong.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "lienthong.accounts.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = int(env("TRUSTED_PROXIES", "0"))
MFA_ADAPTER = "lienthong.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_FORMS = {
    "authenticate": "lienthong.accounts.forms.AuthenticateForm",
    "reauthenticate": "lienthong.accounts.forms.ReauthenticateForm",
}
# Wrong tries lock for LOCKOUT_MINUTES; idle sessions end (TCVN 14423:2026, clause 5.6).
LOCKOUT_FAILURES = int(env("LOCKOUT_FAILURES", "5"))
LOCKOUT_MINUTES = int(env("LOCKOUT_MINUTES", "15"))
IDLE_MINUTES_OFFICIAL = int(env("IDLE_MINUTES_OFFICIAL", "15"))
PASSWORDS_REMEMBERED = int(env("PASSWORDS_REMEMBERED", "10"))
PASSWORD_DAYS_ADMINISTRATOR = int(env("PASSWORD_DAYS_ADMINISTRATOR", "60"))
UNUSED_DAYS_OFFICIAL = int(env("UNUSED_DAYS_OFFICIAL", "45"))
IDLE_MINUTES_CITIZEN = int(env("IDLE_MINUTES_CITIZEN", "30"))
SESSION_COOKIE_AGE = 12 * 3600

# The national eID, an OpenID Connect provider; see accounts/plugins/eid.py
EID_ISSUER = env("EID_ISSUER")
EID_CLIENT_ID = env("EID_CLIENT_ID")
EID_CLIENT_SECRET = env("EID_CLIENT_SECRET")
EID_NAME = env("EID_NAME", "Định danh điện tử")
EID_CLAIMS = dict(pair.split("=", 1) for pair in env_list("EID_CLAIMS") if "=" in pair)
EID_SCOPES = env_list("EID_SCOPES", "openid,profile,email,identity")
SOCIALACCOUNT_ADAPTER = "lienthong.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "lienthong.accounts.eid_forms.EidSignUpForm"}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "eid",
                "name": EID_NAME,
                "client_id": EID_CLIENT_ID,
                "secret": EID_CLIENT_SECRET,
                "settings": {"server_url": EID_ISSUER, "oauth_pkce_enabled": True, "scope": EID_SCOPES},
            }
        ]
        if EID_ISSUER
        else [],
    }
}
# The payment gateway; see payments/plugins/vnpay.py. The demo pays at a stand-in of our own.
PAYMENT_SANDBOX = DEMO and not env("VNPAY_TMN_CODE")
VNPAY_NAME = env("VNPAY_NAME", "Cổng thanh toán thử" if PAYMENT_SANDBOX else "VNPAY")
VNPAY_TMN_CODE = env("VNPAY_TMN_CODE", "LTSANDBX" if PAYMENT_SANDBOX else "")
VNPAY_SECRET = env("VNPAY_SECRET", SECRET_KEY if PAYMENT_SANDBOX else "")
VNPAY_URL = env("VNPAY_URL", "/dev/payment-gateway/" if PAYMENT_SANDBOX else "")
VNPAY_API_URL = env("VNPAY_API_URL", f"{SITE_URL}/dev/payment-gateway/api/" if PAYMENT_SANDBOX else "")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "lienthong.kernel.pages.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        # Chromium also checks where a form's answer redirects to: the eID's sign-in page, the payment gateway.
        "form-action": [
            SELF,
            *("{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in (EID_ISSUER, VNPAY_URL) if "://" in url),
        ],
        "frame-ancestors": [NONE],
    }
}

# Language and time
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Static files are built into ui/static/dist by `make assets`
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# Files and signatures
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_000  # a procedure with a hundred papers is one form
UPLOAD_MAX_BYTES = int(env("UPLOAD_MAX_BYTES", "20000000"))
UPLOAD_MAX_PAGES = int(env("UPLOAD_MAX_PAGES", "300"))
UPLOAD_MAX_MEGAPIXELS = int(env("UPLOAD_MAX_MEGAPIXELS", "80"))
UPLOAD_KEEP_DAYS = int(env("UPLOAD_KEEP_DAYS", "30"))
FORM_DRAFT_DAYS = int(env("FORM_DRAFT_DAYS", "90"))
CLAMD = env("CLAMD")
SIGNING_PROVIDER = env("SIGNING_PROVIDER", "demo")
SIGNING_TRUST = env("SIGNING_TRUST")
TSA_URL = env("TSA_URL")
PKCS11_MODULE = env("PKCS11_MODULE")
PKCS11_TOKEN = env("PKCS11_TOKEN")
PKCS11_PIN = env("PKCS11_PIN")

# The national portal of public services; see dossiers/national
NATIONAL_PORTAL_URL = env("NATIONAL_PORTAL_URL")
NATIONAL_PORTAL_KEY = env("NATIONAL_PORTAL_KEY")
NATIONAL_PORTAL_SECRET = env("NATIONAL_PORTAL_SECRET")
NATIONAL_PORTAL_TIMEOUT = float(env("NATIONAL_PORTAL_TIMEOUT", "30"))

# Mail
# The demo keeps mail as files that /dev/mail shows.
EMAIL_BACKEND = env("EMAIL_BACKEND", f"django.core.mail.backends.{'filebased' if DEMO else 'smtp'}.EmailBackend")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = env("EMAIL_HOST", "localhost")
EMAIL_PORT = int(env("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env_flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", "khong-tra-loi@lienthong.example")

# SMS and messages on devices; see notifications/README.md
# The demo writes SMS into files that /dev/mail shows beside the mail.
SMS_PROVIDERS = env_list("SMS_PROVIDERS", "thu-muc=folder:" if DEMO else "")
SMS_FILE_PATH = DATA / "sms"
SMS_SENDER = env("SMS_SENDER", "LIENTHONG")
SMS_ENCODING = env("SMS_ENCODING", "ucs2")
SMS_TIMEOUT = float(env("SMS_TIMEOUT", "10"))
SMS_HOURS = int(env("SMS_HOURS", "24"))
SMS_DAILY_PER_PERSON = int(env("SMS_DAILY_PER_PERSON", "30"))
SMS_DAILY_TOTAL = int(env("SMS_DAILY_TOTAL", "50000"))
QUIET_HOURS = env("QUIET_HOURS", "21:00-07:00")
VAPID_KEY_FILE = Path(env("VAPID_KEY_FILE", str(DATA / "vapid.pem")))
VAPID_CONTACT = env("VAPID_CONTACT", f"mailto:{DEFAULT_FROM_EMAIL}")
# Nobody may make the platform call an address of their own: only push services named here are called.
PUSH_ORIGINS = env_list(
    "PUSH_ORIGINS",
    "https://fcm.googleapis.com,https://updates.push.services.mozilla.com,"
    "https://*.push.apple.com,https://*.notify.windows.com",
)

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}}

# Logs: plain lines for people, JSON lines for machines
LOGGING = logging_config(level=env("LOG_LEVEL", "INFO"), as_json=env_flag("LOG_JSON", default=False))
