// @node-oauth/oauth2-server: a library without HTTP, without pages and without a store. Those are here, as small as can be:
// two endpoints, a page that asks for name, password and consent at once, and maps in memory.
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import OAuth2Server from '@node-oauth/oauth2-server';
import { clients, user } from './clients.mjs';

const codes = new Map();
const tokens = new Map();
const refreshTokens = new Map();

const model = {
  // `secret` is null at the login, and undefined where PKCE stands in for it: the library then takes a `code_verifier`
  // for a proof, so that a client with a secret must be refused here.
  getClient(id, secret) {
    const client = clients.get(id);
    if (!client || (secret !== null && client.secret !== secret)) return null;
    return client;
  },
  // Without this method, a redirect URI is compared as a text, and RFC 8252 wants any port of loopback.
  validateRedirectUri: (uri, client) => client.redirectUris.includes(uri.replace(/^(http:\/\/127\.0\.0\.1):\d+/, '$1')),
  getUser: (name, password) => (name === user.name && password === user.password ? user : null),
  getUserFromClient: (client) => ({ name: client.id }),
  validateScope: (_user, _client, scope = ['read']) => scope.every((word) => ['read', 'write'].includes(word)) && scope,
  // By default, 64 hexadecimal digits. A code may be anything printable, and as long as a URL allows (RFC 6749 section A.11).
  generateAuthorizationCode: () => `+/=${randomBytes(1200).toString('base64')}`,
  saveAuthorizationCode(code, client, user) {
    codes.set(code.authorizationCode, { ...code, client, user });
    return code;
  },
  getAuthorizationCode: (code) => codes.get(code),
  revokeAuthorizationCode: (code) => codes.delete(code.authorizationCode),
  saveToken(token, client, user) {
    const saved = { ...token, client, user };
    tokens.set(token.accessToken, saved);
    if (token.refreshToken) refreshTokens.set(token.refreshToken, saved);
    return saved;
  },
  getAccessToken: (token) => tokens.get(token),
  getRefreshToken: (token) => refreshTokens.get(token),
  verifyScope: (token, scope) => scope.every((word) => token.scope.includes(word)),
  revokeToken: (token) => refreshTokens.delete(token.refreshToken),
};

const oauth = new OAuth2Server({ model });

async function token(request, response) {
  // Without this option, a client without a secret gets a refresh token and may not use it.
  const options = { requireClientAuthentication: { refresh_token: false } };
  // It throws its errors, after it wrote them into the response.
  await oauth.token(request, response, options).catch(() => {});
}

async function authorize(request, response) {
  if (request.method === 'GET') {
    response.set('Content-Type', 'text/html; charset=utf-8');
    response.body = `<!DOCTYPE html><title>Login</title><form method="post">
      <input name="name"><input name="password" type="password">
      <button name="allowed" value="true">Allow</button><button name="allowed" value="false">Deny</button></form>`;
    return;
  }
  const { name, password } = request.body;
  const authenticateHandler = { handle: () => model.getUser(name, password) };
  await oauth.authorize(request, response, { authenticateHandler }).catch((error) => {
    // A client that cannot be trusted with an answer: the library throws, and leaves the response as it was.
    if (!response.headers.location) Object.assign(response, { status: error.code, body: { error: error.name } });
  });
}

async function api(request, response) {
  const allowed = oauth.authenticate(request, response, { scope: ['read'] });
  await allowed.catch((error) => Object.assign(response, { status: error.code, body: { error: error.name } }));
}

const routes = { '/token': token, '/authorize': authorize, '/api': api };

const http = createServer(async (incoming, outgoing) => {
  let text = '';
  for await (const chunk of incoming) text += chunk;
  const url = new URL(incoming.url, 'http://127.0.0.1');
  const request = new OAuth2Server.Request({
    method: incoming.method,
    headers: incoming.headers,
    query: Object.fromEntries(url.searchParams),
    body: Object.fromEntries(new URLSearchParams(text)),
  });
  const response = new OAuth2Server.Response({});
  const route = routes[url.pathname];
  if (route) await route(request, response);
  else response.status = 404;
  const isText = typeof response.body === 'string';
  outgoing.writeHead(response.status, isText ? response.headers : { 'content-type': 'application/json', ...response.headers });
  outgoing.end(isText ? response.body : JSON.stringify(response.body));
});

http.listen(0, '127.0.0.1', () => {
  const installed = new URL('./node_modules/@node-oauth/oauth2-server/package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(installed, 'utf8'));
  console.log(JSON.stringify({ server: 'node-oauth2-server', version, base: `http://127.0.0.1:${http.address().port}` }));
});
process.stdin.on('end', () => process.exit()).resume(); // whoever started this is gone
process.on('SIGTERM', () => process.exit());
