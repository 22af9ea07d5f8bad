// oidc-provider: an OpenID Provider with most extensions of OAuth. Its login and consent pages are its own
// (`devInteractions`, on by default: they take any name and password).
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { Provider, errors } from 'oidc-provider';
import { clients } from './clients.mjs';

const RESOURCES = ['urn:example:files', 'urn:example:mail'];

// The issuer has the port in it: it is known once somebody listens there.
const http = createServer((request, response) => handle(request, response));
let handle;
http.listen(0, '127.0.0.1', () => {
  const base = `http://127.0.0.1:${http.address().port}`;
  handle = provider(base).callback();
  const installed = new URL('./node_modules/oidc-provider/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(installed, 'utf8'));
  console.log(JSON.stringify({ server: 'oidc-provider', version, base }));
});
process.stdin.on('end', () => process.exit()).resume(); // whoever started this is gone
process.on('SIGTERM', () => process.exit());

function provider(issuer) {
  return new Provider(issuer, {
    clients,
    scopes: ['openid', 'offline_access', 'read', 'write'],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['only of this test'] },
    // Without this, a refresh token needs the scope `offline_access`, and that `openid` and `prompt=consent`.
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    // Without this, a confidential client's refresh token is rotated near its end alone.
    rotateRefreshToken: true,
    // Without this, no page may read what the token endpoint says.
    clientBasedCORS: (_, origin, client) => client.clientId === 'page' && origin.startsWith('http://127.0.0.1:'),
    // An hour, if nobody says else. Here a minute: what is used a minute ahead of its end is renewed at once.
    ttl: {
      AccessToken: (_, __, client) => (['web_login', 'page'].includes(client.clientId) ? 60 : 60 * 60),
    },
    // Without this, every client needs PKCE. It is S256 alone.
    pkce: { required: (_, client) => client.clientAuthMethod === 'none' },
    features: {
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      registration: { enabled: true },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo(_, resource) {
          if (!RESOURCES.includes(resource)) throw new errors.InvalidTarget();
          return { scope: 'read write', accessTokenFormat: 'opaque' };
        },
        // Without this, a token request that names no resource gets a token for none.
        useGrantedResource: () => true,
      },
      richAuthorizationRequests: {
        enabled: true,
        types: { payment: { validate() {} } },
        // What was asked for is granted, and comes back with the tokens (RFC 9396 section 7).
        authorizationDetailsForGrantSource: ({ oidc: { params } }) =>
          params.authorization_details && JSON.parse(params.authorization_details),
        authorizationDetailsForAccessToken: (_, token, source) => source?.rar,
        authorizationDetailsForIntrospection: (_, token) => token.rar,
      },
    },
  });
}
