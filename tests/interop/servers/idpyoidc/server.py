"""idpyoidc as an authorization server on Flask: its OAuth 2.0 endpoints, with everything in memory."""

import json
import time

from flask import Flask, Response, redirect, request, session
from idpyoidc.message.oauth2 import ResponseMessage
from idpyoidc.server import ASConfiguration, Server
from idpyoidc.server.exception import ClientAuthenticationError, InvalidClient, UnAuthorizedClient, UnknownClient
from idpyoidc.server.oauth2.token_helper.client_credentials import ClientCredentials
from idpyoidc.server.user_authn.authn_context import INTERNETPROTOCOLPASSWORD
from idpyoidc.server.user_authn.user import UserAuthnMethod

import loopback
import pages

CALLBACK = ("https://client.example/cb", {})
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"

listener, base = loopback.bind()
app = Flask(__name__)
app.config["SECRET_KEY"] = "only for tests on loopback"


class Login(UserAuthnMethod):
    """Who is logged in stands in Flask's session. The library has no consent page: nobody can refuse."""

    def authenticated_as(self, client_id, cookie=None, **kwargs):
        return ({"uid": session["user"]}, int(time.time())) if "user" in session else (None, 0)

    def __call__(self, **kwargs):
        return pages.LOGIN


class ForItself(ClientCredentials):
    """The library finds the session of a client's last request and cannot read it (a TypeError): each gets a new one."""

    def process_request(self, req, **kwargs):
        sessions = server.context.session_manager
        session = sessions.branch_key("client_credentials", req["client_id"])
        if session in sessions.db:
            del sessions.db[session]
        return super().process_request(req, **kwargs)


def token_handler(lifetime):
    return {"class": "idpyoidc.server.token.jwt_token.JWTToken", "kwargs": {"lifetime": lifetime}}


def endpoint(path, cls, *methods, **kwargs):
    return {
        "path": path,
        "class": f"idpyoidc.server.oauth2.{cls}",
        "kwargs": {"client_authn_method": list(methods), **kwargs},
    }


BASIC, POST = ["client_secret_basic"], ["client_secret_post"]
SECRETS = BASIC + POST
server = Server(
    ASConfiguration(
        {
            "issuer": base,
            "key_conf": {"key_defs": [{"type": "EC", "crv": "P-256", "use": ["sig"]}]},
            "token_handler_args": {
                "jwks_def": {
                    "key_defs": [{"type": "oct", "bytes": "24", "use": ["enc"], "kid": "code"}],
                    # Otherwise the keys are written into a file of the working directory.
                    "private_path": "",
                },
                "code": {"kwargs": {"lifetime": 600}},
                "token": token_handler(3600),
                "refresh": token_handler(86400),
            },
            "endpoint": {
                "server_metadata": endpoint(
                    ".well-known/oauth-authorization-server", "server_metadata.ServerMetadata"
                ),
                "authorization": endpoint("authorize", "authorization.Authorization", "public"),
                # Off by default: a refresh token works for ever, beside each new one.
                "token": endpoint("token", "token.Token", *SECRETS, "public", revoke_refresh_on_issue=True),
                "introspection": endpoint(
                    "introspection",
                    "introspection.Introspection",
                    *SECRETS,
                    # On by default: a token is inactive for everyone whom it does not name as its audience.
                    enforce_audience_restriction=False,
                ),
                "token_revocation": endpoint("revocation", "token_revocation.TokenRevocation", *SECRETS),
                "pushed_authorization": endpoint(
                    "par", "pushed_authorization.PushedAuthorization", *SECRETS, "public"
                ),
            },
            "add_on": {
                "pkce": {
                    "function": "idpyoidc.server.oauth2.add_on.pkce.add_support",
                    "kwargs": {"code_challenge_methods": {"S256": None, "plain": None}},
                }
            },
            "authentication": {"user": {"acr": INTERNETPROTOCOLPASSWORD, "class": Login, "kwargs": {}}},
            "authz": {
                "class": "idpyoidc.server.authz.AuthzHandling",
                "kwargs": {
                    "grant_config": {
                        "usage_rules": {
                            "authorization_code": {
                                "supports_minting": ["access_token", "refresh_token"],
                                "max_usage": 1,
                            },
                            # "access_token" here is what lets an access token be exchanged for another one.
                            "access_token": {"supports_minting": ["access_token"], "expires_in": 3600},
                            "refresh_token": {
                                "supports_minting": ["access_token", "refresh_token"],
                                "expires_in": 86400,
                            },
                        }
                    }
                },
            },
            # An unknown scope is dropped. With `deny_unknown_scopes` a request without a scope is a KeyError.
            "scopes_to_claims": {"read": [], "write": []},
            # A token exchanged for another client is a new session, and that asks for the claims of its user.
            "userinfo": {"class": "idpyoidc.server.user_info.UserInfo", "kwargs": {"db": {pages.USER: {}}}},
            "preference": {
                "grant_types_supported": [
                    "authorization_code",
                    "refresh_token",
                    "client_credentials",
                    "password",
                    EXCHANGE,
                ],
            },
        }
    )
)


token_endpoint = server.get_endpoint("token")
token_endpoint.grant_type_helper["client_credentials"] = ForItself(token_endpoint)


def client(client_id, methods, secret=None, **more):
    server.context.cdb[client_id] = {
        "client_id": client_id,
        **({"client_secret": secret} if secret else {}),
        "redirect_uris": [CALLBACK],
        "response_types_supported": ["code"],
        "allowed_scopes": ["read", "write"],
        # Not `client_authn_method`: that one holds for the authorization endpoint too, where nobody sends a secret.
        "token_endpoint_client_authn_method": methods,
        "pushed_authorization_request_endpoint_client_authn_method": methods,
        **more,
    }


# A redirect URI is compared character by character: no loopback with a free port.
client("public", ["public"], pkce_essential=True)
client("basic", BASIC, "s3cret-of-basic")
client("rar", BASIC, "s3cret-of-rar", grant_types_supported=["authorization_code", "refresh_token"])
client("post", POST, "s3cret-of-post")
# Nothing of a Basic header is decoded but its base64, and the id ends at the first colon: no colon in the id.
client("odd client+%&=", SECRETS, "p w:+%&=/?ü~")
client("par", BASIC, "s3cret-of-par")
client("password", BASIC, "s3cret-of-password")
client(
    "exchange",
    BASIC,
    "s3cret-of-exchange",
    token_exchange={
        "requested_token_types_supported": [ACCESS_TOKEN],
        "policy": {
            "": {
                "function": "idpyoidc.server.oauth2.token_helper.validate_token_exchange_policy",
                # Without a list every resource is an `invalid_target`, and every audience is welcome.
                "kwargs": {"resource": ["urn:example:files"], "audience": ["urn:example:mail"]},
            }
        },
    },
)


def failure(status, error, why):
    return Response(
        json.dumps({"error": error, "error_description": str(why)}), status, content_type="application/json"
    )


def run(name, **kwargs):
    """One request through one endpoint of the library, in the steps that its own Flask example shows."""
    service = server.get_endpoint(name)
    http_info = {
        "headers": {k.lower(): v for k, v in request.headers.items()},
        "method": request.method,
        "url": request.url,
    }
    if request.method == "GET":
        sent = request.query_string.decode()
    else:
        # One value is a text, and of `resource` the library wants a list.
        sent = {name: values if name == "resource" else values[-1] for name, values in request.form.lists()}
    try:
        parsed = service.parse_request(sent, http_info=http_info)
        if isinstance(parsed, ResponseMessage) and "error" in parsed:
            return Response(parsed.to_json(), 400, content_type="application/json")
        args = service.process_request(parsed, http_info=http_info, **kwargs)
        if isinstance(args, ResponseMessage) and "error" in args:
            return Response(args.to_json(), 400, content_type="application/json")
    except (InvalidClient, UnknownClient, UnAuthorizedClient, ClientAuthenticationError) as error:
        return failure(401, "invalid_client", error)
    except Exception as error:
        # The library raises at bad input (an unknown refresh token): its example answers all of it like this.
        return failure(400, "invalid_request", error)
    if "http_response" in args:
        # A page, or the answer to a pushed request. The library leaves the status to us (RFC 9126 section 2.2: 201).
        return args["http_response"], 201 if name == "pushed_authorization" else 200
    answer = service.do_response(request=parsed, **args)
    if service.response_placement == "url" and answer.get("response_placement") != "body":
        return redirect(answer["response"])
    return Response(answer["response"], 200, headers=answer["http_headers"])


@app.route("/authorize", methods=["GET", "POST"])
def authorize():
    if request.method == "POST" and pages.may_log_in(request.form):
        session["user"] = pages.USER
        return redirect(request.url)
    return run("authorization")


@app.post("/token")
def token():
    # Without it a refresh token is given only with the scope `offline_access`, and never a new one for an old one.
    return run("token", issue_refresh=True)


@app.post("/introspection")
def introspection():
    return run("introspection")


@app.post("/revocation")
def revocation():
    return run("token_revocation")


@app.post("/par")
def par():
    return run("pushed_authorization")


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return run("server_metadata")


loopback.serve(app, listener, base, "idpyoidc", "idpyoidc")
