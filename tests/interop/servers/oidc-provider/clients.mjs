const code = { redirect_uris: ['https://client.example/cb'], response_types: ['code'] };
const codeAndRefresh = { ...code, grant_types: ['authorization_code', 'refresh_token'] };
const withItsOwn = { ...code, grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] };
// Redirect URIs of a native client to loopback are good with any port (RFC 8252 section 7.3).
const native = {
  ...codeAndRefresh,
  token_endpoint_auth_method: 'none',
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/cb'],
};
// For `browser/`: a person's own browser comes back to them.
const inABrowser = { ...native, scope: 'openid read', redirect_uris: ['http://127.0.0.1/callback'] };

export const clients = [
  { ...native, client_id: 'public' },
  { ...withItsOwn, client_id: 'basic', client_secret: 's3cret-of-basic' },
  { ...withItsOwn, client_id: 'post', client_secret: 's3cret-of-post', token_endpoint_auth_method: 'client_secret_post' },
  // Both are printable ASCII (RFC 6749 sections A.1 and A.2), or the server does not start: no `ü`.
  { ...withItsOwn, client_id: 'odd client:+%&=', client_secret: 'p w:+%&=/?~' },
  { ...withItsOwn, client_id: 'odd', client_secret: 'p w:+%&=/?~' },
  // Here so that the server can say that it does not have what they ask for.
  { ...native, client_id: 'implicit' },
  { ...withItsOwn, client_id: 'password', client_secret: 's3cret-of-password' },
  { ...withItsOwn, client_id: 'exchange', client_secret: 's3cret-of-exchange' },
  {
    client_id: 'device',
    token_endpoint_auth_method: 'none',
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    redirect_uris: [],
    response_types: [],
  },
  { ...codeAndRefresh, client_id: 'par', client_secret: 's3cret-of-par', require_pushed_authorization_requests: true },
  {
    ...inABrowser,
    client_id: 'web_login',
    client_secret: 's3cret-of-web_login',
    token_endpoint_auth_method: 'client_secret_basic',
  },
  { ...inABrowser, client_id: 'page', redirect_uris: ['http://127.0.0.1/'] },
  { ...codeAndRefresh, client_id: 'rar', client_secret: 's3cret-of-rar', authorization_details_types: ['payment'] },
];
