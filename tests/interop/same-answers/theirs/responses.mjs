// What they make of what a server answers.
import { refused } from './errors.mjs';
import { Malformed, RESPONSE, only, response } from './input.mjs';
import { oauth } from './library.mjs';

const AS = { issuer: 'https://op.example.com' };
const CLIENT = { client_id: 'client' };

const orNull = (json, ...names) => Object.fromEntries(names.map((name) => [name, json[name] ?? null]));

export async function tokens(input) {
  only(input, [...RESPONSE, 'grant', 'requested_scope', 'dpop']);
  const answer = response(input);
  switch (input.grant ?? 'authorization_code') {
    case 'authorization_code':
      return ofTokens(await oauth.processAuthorizationCodeResponse(AS, CLIENT, answer));
    case 'urn:ietf:params:oauth:grant-type:token-exchange': {
      // RFC 8693 section 2.2.1: a token that is no access token has this type. They leave it to their caller to say so.
      const recognizedTokenTypes = { n_a: () => {} };
      return ofTokens(await oauth.processGenericTokenEndpointResponse(AS, CLIENT, answer, { recognizedTokenTypes }));
    }
    default:
      throw new Malformed(`grant ${input.grant}`);
  }
}

export async function refreshed(input) {
  only(input, [...RESPONSE, 'old_refresh_token']);
  return ofTokens(await oauth.processRefreshTokenResponse(AS, CLIENT, response(input)));
}

function ofTokens(json) {
  const { scope, ...rest } = json;
  return {
    ...orNull(rest, 'access_token', 'token_type', 'expires_in', 'refresh_token'),
    // They hand the text on: its tokens are what stands between spaces (RFC 6749 section 3.3).
    scope: scope?.split(' ') ?? null,
  };
}

export async function deviceAuthorization(input) {
  only(input, RESPONSE);
  const json = await oauth.processDeviceAuthorizationResponse(AS, CLIENT, response(input));
  return orNull(
    json, 'device_code', 'user_code', 'verification_uri', 'verification_uri_complete', 'expires_in', 'interval',
  );
}

export async function pushedAuthorization(input) {
  only(input, RESPONSE);
  return orNull(
    await oauth.processPushedAuthorizationResponse(AS, CLIENT, response(input)), 'request_uri', 'expires_in',
  );
}

export async function introspection(input) {
  only(input, RESPONSE);
  const json = await oauth.processIntrospectionResponse(AS, CLIENT, response(input));
  const facts = orNull(json, 'active', 'client_id', 'sub', 'iss', 'scope', 'exp');
  return { ...facts, aud: [json.aud ?? []].flat() };
}

export async function revocation(input) {
  only(input, RESPONSE);
  await oauth.processRevocationResponse(response(input));
  return {};
}

export async function registration(input) {
  only(input, RESPONSE);
  const json = await oauth.processDynamicClientRegistrationResponse(response(input));
  // RFC 7591 section 3.2.1: 0 is never.
  return { ...orNull(json, 'client_id', 'client_secret'), secret_expires: json.client_secret_expires_at || null };
}

export async function serverMetadata(input) {
  only(input, [...RESPONSE, 'expected_issuer']);
  const json = await oauth.processDiscoveryResponse(new URL(input.expected_issuer), response(input));
  const alias = json.mtls_endpoint_aliases?.token_endpoint ?? null;
  return { ...orNull(json, 'issuer', 'token_endpoint'), mtls_token_endpoint: alias };
}

export async function resourceMetadata(input) {
  only(input, [...RESPONSE, 'expected_resource']);
  const json = await oauth.processResourceDiscoveryResponse(new URL(input.expected_resource), response(input));
  return orNull(json, 'resource', 'authorization_servers');
}

export async function challenges(input) {
  only(input, ['headers']);
  const headers = new Headers(input.headers.map((line) => ['www-authenticate', line]));
  const fetched = async () => new Response(null, { status: 401, headers });
  const api = new URL('https://api.example/me');
  try {
    await oauth.protectedResourceRequest('A1', 'GET', api, undefined, undefined, { [oauth.customFetch]: fetched });
  } catch (error) {
    if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
    return { challenges: error.cause, dpop_nonce_required: oauth.isDPoPNonceError(error) };
  }
  // They see none. The vectors call that an error, for there is nothing to act on.
  return refused('no challenge is seen', [], { challenges: null });
}
