"""What the server remembers: Authlib asks for classes with these methods, and leaves the storage to its user."""

import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin

CALLBACK, LOOPBACK = "https://client.example/cb", "http://127.0.0.1/cb"


@dataclass
class Client(ClientMixin):
    client_id: str
    secret: str = ""
    methods: tuple = ("none",)
    grants: tuple = ()
    responses: tuple = ()
    redirect_uri: str = CALLBACK

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return self.redirect_uri

    def get_allowed_scope(self, scope):
        return scope or "read"

    def check_redirect_uri(self, redirect_uri):
        registered, asked = urlsplit(self.redirect_uri), urlsplit(redirect_uri)
        # RFC 8252 section 7.3: the port of a loopback redirect URI is chosen by the client each time.
        if registered.hostname == "127.0.0.1":
            return (asked.scheme, asked.hostname, asked.path) == ("http", "127.0.0.1", registered.path)
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method, endpoint):
        return method in self.methods

    def check_response_type(self, response_type):
        return response_type in self.responses

    def check_grant_type(self, grant_type):
        return grant_type in self.grants


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    client_id: str
    user: str
    scope: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


@dataclass
class Token(TokenMixin):
    client_id: str
    user: str
    access_token: str
    token_type: str
    expires_in: int
    issued_at: float
    scope: str = ""
    refresh_token: str = ""
    access_revoked: bool = False
    refresh_revoked: bool = False

    def check_client(self, client):
        return self.client_id == client.client_id

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return self.issued_at + self.expires_in < time.time()

    def is_revoked(self):
        return self.access_revoked

    def get_user(self):
        return self.user


BASIC, POST = ("client_secret_basic",), ("client_secret_post",)
CODE = ("authorization_code", "refresh_token", "client_credentials")
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CLIENTS = {
    client.client_id: client
    for client in (
        Client("public", grants=CODE[:2], responses=("code",), redirect_uri=LOOPBACK),
        Client("basic", "s3cret-of-basic", BASIC, CODE + (JWT_BEARER,), ("code",)),
        Client("rar", "s3cret-of-rar", BASIC, CODE[:2], ("code",)),
        Client("post", "s3cret-of-post", POST, CODE, ("code",)),
        Client("odd client:+%&=", "p w:+%&=/?ü~", BASIC + POST, CODE, ("code",)),
        Client("odd", "p w:+%&=/?ü~", BASIC + POST, CODE, ("code",)),
        Client("implicit", grants=("implicit",), responses=("token",), redirect_uri=LOOPBACK),
        Client("password", "s3cret-of-password", BASIC, ("password", "refresh_token")),
        Client("device", grants=("urn:ietf:params:oauth:grant-type:device_code", "refresh_token")),
    )
}
CODES, TOKENS, DEVICES = {}, [], {}
