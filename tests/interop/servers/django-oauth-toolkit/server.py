"""django-oauth-toolkit as an authorization server: its own login, consent and device pages, everything in memory."""

import logging
import os

import django
from django.conf import settings

import loopback

JSON_BODY = os.environ.get("JSON_BODY") == "1"
NAME = "django-oauth-toolkit-json" if JSON_BODY else "django-oauth-toolkit"
CALLBACK, LOOPBACK = "https://client.example/cb", "http://127.0.0.1/cb"

logging.basicConfig(level=logging.WARNING)
listener, base = loopback.bind()

settings.configure(
    SECRET_KEY="only for tests on loopback",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="__main__",
    USE_TZ=True,
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin",  # only for its login page: Django has no other
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.messages",
        "django.contrib.sessions",
        "django.contrib.staticfiles",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",  # a Content-Length
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    # A plain ":memory:" database belongs to one connection, and the main thread is not the one that serves.
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:interop?mode=memory&cache=shared",
            "OPTIONS": {"uri": True},
        }
    },
    # The tables are made from the models: a hundred migrations take some seconds.
    MIGRATION_MODULES=dict.fromkeys(["admin", "auth", "contenttypes", "sessions", "oauth2_provider"]),
    # Client secrets are hashed like passwords: the default hash takes half a second for each request of a client.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    LOGIN_URL="/admin/login/",
    OAUTH2_PROVIDER={
        # Without it the metadata at /.well-known/ and the `iss` of the responses name two different issuers.
        "OIDC_ISS_ENDPOINT": f"{base}/o",
        "SCOPES": {"read": "Read", "write": "Write"},
        "DEFAULT_SCOPES": ["read"],
        "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
        # On by default for every client, with or without a secret.
        "PKCE_REQUIRED": lambda client_id: client_id == "public",
        # Off by default: the old refresh token just stops working, and its family lives on.
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        # `iss` in the response (RFC 9207): off by default, and never on an error, whatever the metadata say.
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        # Without it the device endpoint answers with a verification_uri of null.
        "OAUTH_DEVICE_VERIFICATION_URI": f"{base}/o/device/",
        "OAUTH2_VALIDATOR_CLASS": "__main__.Validator",
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
        **({"OAUTH2_BACKEND_CLASS": "oauth2_provider.oauth2_backends.JSONOAuthLibCore"} if JSON_BODY else {}),
    },
)
django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import JsonResponse  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider import urls as provider  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402
from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: E402
from oauth2_provider.views import ScopedProtectedResourceView  # noqa: E402
from oauth2_provider.views.mixins import ProtectedResourceMetadataMixin  # noqa: E402


class Validator(OAuth2Validator):
    """An application has one grant type. These of the code flow may ask for themselves too."""

    services = {"basic", "post", "odd", "odd client:+%&="}

    def validate_grant_type(self, client_id, grant_type, client, request, *args, **kwargs):
        if grant_type == "client_credentials" and client.client_id in self.services:
            return True
        return super().validate_grant_type(client_id, grant_type, client, request, *args, **kwargs)


class Api(ProtectedResourceMetadataMixin, ScopedProtectedResourceView):
    """Without the mixin it answers 403 to whatever is wrong, and nothing else: no challenge."""

    required_scopes = ["read"]

    def get(self, request, *args, **kwargs):
        return JsonResponse({"user": request.resource_owner.get_username()})


urlpatterns = [
    path("api", Api.as_view()),
    path("admin/", admin.site.urls),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    # RFC 8414 section 3: the well-known path stands before the path of the issuer.
    path("", include((provider.metadata_urlpatterns, "well-known"))),
]


def register(client_id, grant_type, secret=None, redirect_uris=CALLBACK):
    Application.objects.create(
        client_id=client_id,
        client_secret=secret or "",
        client_type=Application.CLIENT_CONFIDENTIAL if secret else Application.CLIENT_PUBLIC,
        authorization_grant_type=grant_type,
        redirect_uris=redirect_uris,
        name=client_id,
    )


call_command("migrate", run_syncdb=True, verbosity=0)
# The login page of the admin site lets only staff in.
get_user_model().objects.create_user("alice", password="wonderland", is_staff=True)
# The host of a loopback redirect URI is compared, its port is not (RFC 8252 section 7.3).
register("public", Application.GRANT_AUTHORIZATION_CODE, redirect_uris=LOOPBACK)
register("basic", Application.GRANT_AUTHORIZATION_CODE, "s3cret-of-basic")
register("rar", Application.GRANT_AUTHORIZATION_CODE, "s3cret-of-rar")
register("post", Application.GRANT_AUTHORIZATION_CODE, "s3cret-of-post")
register("odd client:+%&=", Application.GRANT_AUTHORIZATION_CODE, "p w:+%&=/?ü~")
register("odd", Application.GRANT_AUTHORIZATION_CODE, "p w:+%&=/?ü~")
register("implicit", Application.GRANT_IMPLICIT, redirect_uris=LOOPBACK)
register("password", Application.GRANT_PASSWORD, "s3cret-of-password")
register("device", Application.GRANT_DEVICE_CODE)

loopback.serve(get_wsgi_application(), listener, base, NAME, "django-oauth-toolkit")
