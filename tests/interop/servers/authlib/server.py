"""Authlib as an authorization server on Flask: its grants and endpoints, with everything in memory."""

import time

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7523 import JWTBearerGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import DeviceAuthorizationEndpoint, DeviceCodeGrant, DeviceCredentialDict
from authlib.oauth2.rfc9207 import IssuerParameter
from joserfc.jwk import OctKey
from flask import Flask, jsonify, redirect, request, session

import loopback
import pages
from state import CLIENTS, CODES, DEVICES, TOKENS, Code, Token

listener, base = loopback.bind()
app = Flask(__name__)
app.config.update(
    SECRET_KEY="only for tests on loopback",
    # Without it every scope is granted.
    OAUTH2_SCOPES_SUPPORTED=["read", "write"],
    # Off by default: no grant gives a refresh token then.
    OAUTH2_REFRESH_TOKEN_GENERATOR=True,
)


def save_token(token, request):
    TOKENS.append(Token(request.client.client_id, request.user, issued_at=time.time(), **token))


def find_token(value, hint):
    for token in TOKENS:
        if value == token.access_token or (value and value == token.refresh_token):
            return token


class CodeGrant(grants.AuthorizationCodeGrant):
    # "none" is not in the library's list: a public client would be refused.
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def save_authorization_code(self, code, request):
        asked = request.payload
        CODES[code] = Code(
            code,
            request.client.client_id,
            request.user,
            asked.scope,
            asked.redirect_uri,
            asked.data.get("code_challenge"),
            asked.data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code, client):
        found = CODES.get(code)
        return found if found and found.client_id == client.client_id else None

    def delete_authorization_code(self, authorization_code):
        del CODES[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return authorization_code.user


class ClientGrant(grants.ClientCredentialsGrant):
    # By default it takes Basic alone.
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]


class PasswordGrant(grants.ResourceOwnerPasswordCredentialsGrant):
    def authenticate_user(self, username, password):
        return username if pages.may_log_in({"username": username, "password": password}) else None


class RefreshGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]
    # Rotation is off by default. There is no reuse detection: an old token is refused, its family lives on.
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        return next((t for t in TOKENS if t.refresh_token == refresh_token and not t.refresh_revoked), None)

    def authenticate_user(self, refresh_token):
        return refresh_token.user

    def revoke_old_credential(self, refresh_token):
        refresh_token.access_revoked = refresh_token.refresh_revoked = True


class DeviceGrant(DeviceCodeGrant):
    def query_device_credential(self, device_code):
        return DEVICES.get(device_code)

    def query_user_grant(self, user_code):
        return next((d.get("answer") for d in DEVICES.values() if d["user_code"] == user_code), None)

    def should_slow_down(self, credential):
        now, before = time.time(), credential.get("polled_at", 0)
        credential["polled_at"] = now
        return now - before < credential["interval"]


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    def get_verification_uri(self):
        return f"{base}/device"

    def save_device_credential(self, client_id, scope, data):
        DEVICES[data["device_code"]] = DeviceCredentialDict(
            client_id=client_id, scope=scope, expires_at=time.time() + data["expires_in"], **data
        )


# Somebody else's, whom this server trusts to say who a user is.
SIGNING_KEY = OctKey.generate_key(256)


class AssertionGrant(JWTBearerGrant):
    def resolve_issuer_client(self, issuer):
        return CLIENTS.get(issuer)

    def resolve_client_public_key(self, client):
        return SIGNING_KEY

    def get_audiences(self):
        return [f"{base}/token"]

    def authenticate_user(self, subject):
        return subject if subject == pages.USER else None

    def has_granted_permission(self, client, user):
        return True


class Introspection(IntrospectionEndpoint):
    def query_token(self, token_string, token_type_hint):
        return find_token(token_string, token_type_hint)

    def check_permission(self, token, client, request):
        return client.client_id == "basic"

    def introspect_token(self, token):
        return {
            **({"username": token.user} if token.user else {}),
            "client_id": token.client_id,
            "scope": token.scope,
            "token_type": token.token_type,
            "exp": int(token.issued_at + token.expires_in),
            "iat": int(token.issued_at),
        }


class Revocation(RevocationEndpoint):
    def query_token(self, token_string, token_type_hint):
        return find_token(token_string, token_type_hint)

    def revoke_token(self, token, request):
        token.access_revoked = True
        if request.form.get("token_type_hint") != "access_token":
            token.refresh_revoked = True


class Issuer(IssuerParameter):
    """`iss` goes into the query, for an implicit response too: its parameters are in the fragment."""

    def get_issuer(self):
        return base


class Bearer(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return next((token for token in TOKENS if token.access_token == token_string), None)


protected = ResourceProtector()
protected.register_token_validator(Bearer())
server = AuthorizationServer(app, CLIENTS.get, save_token)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])
server.register_grant(grants.ImplicitGrant)
server.register_grant(PasswordGrant)
server.register_grant(ClientGrant)
server.register_grant(RefreshGrant)
server.register_grant(DeviceGrant)
server.register_grant(AssertionGrant)
server.register_endpoint(DeviceEndpoint)
server.register_endpoint(Introspection)
server.register_endpoint(Revocation)
server.register_extension(Issuer())


def login():
    """The login page, until someone has logged in: then None."""
    if pages.may_log_in(request.form):
        session["user"] = pages.USER
        return redirect(request.url)
    return None if "user" in session else pages.LOGIN


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    try:
        grant = server.get_consent_grant(end_user=session.get("user"))
    except OAuth2Error as error:
        # As the documentation shows it. The extension for `iss` does not see these errors.
        return server.handle_error_response(server.create_oauth2_request(request), error)
    if page := login():
        return page
    if request.method == "GET":
        return pages.consent(grant.client.client_id, grant.request.payload.scope)
    user = session["user"] if request.form.get("answer") == "allow" else None
    return server.create_authorization_response(grant_user=user, grant=grant)


@app.route("/device", methods=["GET", "POST"])
def device():
    if page := login():
        return page
    code = request.values.get("user_code", "")
    if request.method == "GET":
        return pages.device(code)
    for credential in DEVICES.values():
        if credential["user_code"] == code:
            credential["answer"] = (session["user"], request.form.get("answer") == "allow")
            return "<!doctype html><title>Done</title><p>Go back to your device."
    return pages.device(code), 404


@app.post("/token")
def token():
    return server.create_token_response()


@app.get("/assertion")
def assertion():
    return AssertionGrant.sign(SIGNING_KEY, "basic", f"{base}/token", pages.USER, alg="HS256", expires_in=60)


@app.post("/<any(device_authorization, introspection, revocation):name>")
def endpoint(name):
    return server.create_endpoint_response(name)


@app.get("/api")
@protected("read")
def api():
    return jsonify(user=current_token.user)


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return jsonify(
        issuer=base,
        authorization_endpoint=f"{base}/authorize",
        token_endpoint=f"{base}/token",
        device_authorization_endpoint=f"{base}/device_authorization",
        introspection_endpoint=f"{base}/introspection",
        revocation_endpoint=f"{base}/revocation",
        response_types_supported=["code", "token"],
        code_challenge_methods_supported=["plain", "S256"],
        scopes_supported=["read", "write"],
        authorization_response_iss_parameter_supported=True,
    )


loopback.serve(app, listener, base, "authlib", "authlib")
