// What they send: each request is caught where `fetch` would take it.
import { refused } from './errors.mjs';
import { Malformed, only } from './input.mjs';
import { oauth } from './library.mjs';

const ISSUER = 'https://op.example.com';

/// `send` is given the option that catches the request; that request comes back.
async function caught(send) {
  let request;
  await send({
    [oauth.customFetch]: async (url, options) => {
      request = { url, ...options };
      return new Response();
    },
  });
  return request;
}

/// The browser's way back, up to the request that its code is for: only that one looks at the code.
export async function callback(input) {
  only(input, ['url', 'expected_state', 'issuer', 'iss_parameter_supported', 'response_mode']);
  if (input.response_mode !== 'query') throw new Malformed(`response mode ${input.response_mode}`);
  const as = {
    issuer: input.issuer,
    token_endpoint: `${ISSUER}/token`,
    authorization_response_iss_parameter_supported: input.iss_parameter_supported,
  };
  const client = { client_id: 'client' };
  const parameters = oauth.validateAuthResponse(
    as, client, new URL(input.url), input.expected_state ?? oauth.expectNoState,
  );
  const request = await caught((options) => oauth.authorizationCodeGrantRequest(
    as, client, oauth.None(), parameters, 'https://client.example.com/cb', oauth.nopkce, options,
  ));
  return { code: request.body.get('code') };
}

export async function token(input) {
  only(input, [
    'grant', 'auth', 'client_id', 'client_secret', 'code', 'redirect_uri', 'token_endpoint', 'extra', 'device_code',
  ]);
  const as = { issuer: ISSUER, token_endpoint: input.token_endpoint ?? `${ISSUER}/token` };
  const client = { client_id: input.client_id };
  const authentication = {
    none: () => oauth.None(),
    client_secret_basic: () => oauth.ClientSecretBasic(input.client_secret),
    client_secret_post: () => oauth.ClientSecretPost(input.client_secret),
  }[input.auth]();
  const request = await caught((options) => {
    options.additionalParameters = input.extra ?? [];
    switch (input.grant) {
      case 'authorization_code': {
        const query = new URLSearchParams({ code: input.code });
        const parameters = oauth.validateAuthResponse(as, client, query, oauth.expectNoState);
        return oauth.authorizationCodeGrantRequest(
          as, client, authentication, parameters, input.redirect_uri, oauth.nopkce, options,
        );
      }
      case 'client_credentials':
        return oauth.clientCredentialsGrantRequest(as, client, authentication, {}, options);
      case 'urn:ietf:params:oauth:grant-type:device_code':
        return oauth.deviceCodeGrantRequest(as, client, authentication, input.device_code, options);
      default:
        throw new Malformed(`grant ${input.grant}`);
    }
  });
  // What the program is called is no part of the protocol.
  const header = Object.entries(request.headers).filter(([name]) => name !== 'user-agent');
  return { method: request.method, url: request.url, body: [...request.body], header };
}

export async function basic(input) {
  only(input, ['client_id', 'client_secret']);
  const as = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
  const authentication = oauth.ClientSecretBasic(input.client_secret);
  const request = await caught((options) => oauth.clientCredentialsGrantRequest(
    as, { client_id: input.client_id }, authentication, {}, options,
  ));
  const { authorization } = request.headers;
  const credentials = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString();
  const [user, password] = credentials.split(':').map((text) => new URLSearchParams(`text=${text}`).get('text'));
  return { authorization_whatwg: authorization, form_decoded_user: user, form_decoded_password: password };
}

export async function wellKnown(input) {
  only(input, ['identifier', 'kind']);
  // They are given a URL: what is none is refused by the platform before that.
  if (!URL.canParse(input.identifier)) return refused('ERR_INVALID_URL', ['invalid_issuer', 'invalid_resource']);
  const identifier = new URL(input.identifier);
  const request = await caught((options) => {
    if (input.kind === 'resource') return oauth.resourceDiscoveryRequest(identifier, options);
    return oauth.discoveryRequest(identifier, { ...options, algorithm: input.kind });
  });
  return { url: request.url };
}

export async function challenge(input) {
  only(input, ['code_verifier', 'method']);
  if (input.method !== 'S256') {
    return { outcome: 'refused by construction', why: '`calculatePKCECodeChallenge` takes no method' };
  }
  return { code_challenge: await oauth.calculatePKCECodeChallenge(input.code_verifier) };
}
