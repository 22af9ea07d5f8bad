// `examples/browser` with the implicit grant, at the emulator of Marvel, as a person sees it. The token comes in the
// address: what matters is where it does not stay.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { inBothColours, inBrowser, isAccessible, newBrowser, shows } from './browser.mjs';
import { decides, startEmulator } from './emulator.mjs';
import { kept, row } from './kept.mjs';
import { serve } from './serve.mjs';

const { EMULATOR, PAGE } = process.env;
// The page and the server must know each other's address: the page's is known first.
const files = {};
const server = await serve(PAGE, files);
const APP = `http://127.0.0.1:${server.address().port}`;
const marvel = await startEmulator(EMULATOR, `${APP}/`);
const config = (grant) =>
  JSON.stringify({
    client_id: marvel.client_id,
    scope: 'user:read projects:read',
    grant,
    api: marvel.api,
    provider: {
      name: 'marvel',
      authorization_endpoint: marvel.authorization_endpoint,
      token_endpoint: marvel.token_endpoint,
      api_origins: [new URL(marvel.api).origin],
      allow_plaintext_on_loopback: true,
    },
  });
files['/config.json'] = config('implicit');
after(async () => {
  try {
    // The emulator is strict: what its provider's document does not show, it refuses and remembers.
    assert.deepEqual(await marvel.order('deviations'), []);
  } finally {
    marvel.close();
    server.close();
  }
});

const test = (name, expected, act) => inBrowser(APP, `implicit: ${name}`, expected, act);

const begin = async (page) => {
  await page.goto(`${APP}/`);
  await page.getByRole('button', { name: 'Log in' }).click();
};

const logsIn = async (page) => {
  await begin(page);
  await decides(page, 'Approve');
  await shows(page, 'Hello, jsmith');
};

/// The URL that the server sends the browser back with.
const callbackOf = async (page, act) => {
  const isCallback = (response) => response.headers().location?.startsWith(`${APP}/`);
  const [response] = await Promise.all([page.waitForResponse(isCallback), act()]);
  return response.headers().location;
};

/// Begins, and logs in. The browser gets the callback, but our page does not run: the URL, whose login still waits.
const callbackHeldBack = async (context, page) => {
  await begin(page);
  await page.getByRole('heading', { name: 'Sign in to marvel' }).waitFor();
  await context.route(`${APP}/page.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  const callback = await callbackOf(page, () => decides(page, 'Approve'));
  await page.waitForURL(callback);
  await context.unroute(`${APP}/page.js`);
  return callback;
};

/// The addresses that the tab goes back to.
const history = async (context, page) => {
  const chromium = await context.newCDPSession(page);
  const { entries } = await chromium.send('Page.getNavigationHistory');
  await chromium.detach();
  return entries.map(({ url }) => url);
};

/// The requests of the page to the API, but for those that ask whether it may (CORS).
const callsOf = (page) => {
  const calls = [];
  page.on('request', (request) => {
    if (request.url() === marvel.api && request.method() !== 'OPTIONS') calls.push(request);
  });
  return calls;
};

/// A link of somebody else's, in a tab that shows another page. From this page to itself, it would be no new page.
const follow = async (page, url) => {
  await page.goto('about:blank');
  await page.goto(url);
};

test('log in, look, log out', [], async ({ context, page, picture }) => {
  const calls = callsOf(page);
  await page.goto(`${APP}/`);
  await shows(page, 'Welcome');
  await isAccessible(page);
  await picture('implicit 1 welcome');
  const callback = await callbackOf(page, async () => {
    await page.getByRole('button', { name: 'Log in' }).click();
    await decides(page, 'Approve', (of) => picture(`implicit 2 ${of}`));
  });
  await shows(page, 'Hello, jsmith');
  const { access_token: token } = await row(page, 'implicit');
  const brought = new URLSearchParams(new URL(callback).hash.slice(1));
  assert.equal(brought.get('access_token'), token, 'the address has brought it');
  assert.equal(page.url(), `${APP}/`, 'and has it no more');
  for (const url of await history(context, page)) assert.doesNotMatch(url, /access_token|#/);
  assert.deepEqual(await kept(page), { 'token_set/1': 1 });
  assert.match(await page.locator('#user').innerText(), /client\s+marvel-public-2c/);
  assert.match(await page.locator('#token').innerText(), /scope\s+user:read projects:read\s+until/);
  const [call] = calls;
  const { authorization, referer } = await call.allHeaders();
  assert.deepEqual([calls.length, authorization, referer], [1, `Bearer ${token}`, undefined]);
  await inBothColours(page, picture, 'implicit 3 hello');

  await page.reload();
  await shows(page, 'Hello, jsmith');
  assert.equal((await row(page, 'implicit')).access_token, token, "a reload keeps the tab's login");
  const tab = await context.newPage();
  await tab.goto(`${APP}/`);
  await shows(tab, 'Welcome');
  await tab.close();

  await page.getByRole('button', { name: 'Log out' }).click();
  await shows(page, 'Logged out');
  // The provider's document has nothing that takes a token back, and the page does not claim it.
  await page.getByText('The server has not confirmed it').waitFor();
  await isAccessible(page);
  await picture('implicit 4 logged out');
  assert.deepEqual(await kept(page), {});
  await page.reload();
  await shows(page, 'Welcome');
});

test('a denial, and then a login', [], async ({ page, picture }) => {
  await begin(page);
  await decides(page, 'Deny');
  await shows(page, 'Nobody was logged in');
  await isAccessible(page);
  await picture('implicit 5 denied');
  assert.equal(page.url(), `${APP}/`);
  assert.deepEqual(await kept(page), {});
  await page.getByRole('button', { name: 'Log in' }).click();
  await decides(page, 'Approve');
  await shows(page, 'Hello, jsmith');
});

const FORGED = [
  '#access_token=stolen&token_type=Bearer&state=guessed',
  '#access_token=stolen&token_type=Bearer',
  '#error=access_denied&state=guessed',
  '#error=access_denied',
  '?error=access_denied&state=guessed',
  '?code=stolen&state=guessed',
];

test('forged callbacks end no login that waits', [], async ({ context, page, picture }) => {
  const calls = callsOf(page);
  await begin(page);
  await page.getByRole('heading', { name: 'Sign in to marvel' }).waitFor();
  const login = page.url();
  for (const forged of FORGED) {
    await follow(page, `${APP}/${forged}`);
    await shows(page, 'This link is of no use');
    assert.equal(page.url(), `${APP}/`);
    assert.deepEqual(await kept(page), { 'awaiting_token/implicit/1': 1 });
  }
  await isAccessible(page);
  await picture('implicit 6 forged');
  for (const url of await history(context, page)) assert.doesNotMatch(url, /stolen|guessed|#/);
  assert.equal(calls.length, 0, 'no stolen token was shown to the API');
  await page.goto(login);
  await decides(page, 'Approve');
  await shows(page, 'Hello, jsmith');
});

test('forged callbacks end no login that is there', [], async ({ page }) => {
  await logsIn(page);
  const before = await row(page, 'implicit');
  for (const forged of FORGED) {
    await follow(page, `${APP}/${forged}`);
    await shows(page, 'This link is of no use');
    await page.getByRole('link', { name: 'Go on' }).click();
    await shows(page, 'Hello, jsmith');
    assert.deepEqual(await row(page, 'implicit'), before);
  }
  // A fragment that comes while the page is there.
  await page.evaluate((forged) => (location.hash = forged), FORGED[0]);
  await shows(page, 'Hello, jsmith');
  assert.deepEqual(await row(page, 'implicit'), before);
  await page.reload();
  await shows(page, 'This link is of no use');
  assert.deepEqual(await row(page, 'implicit'), before);
});

test('the same callback again', [], async ({ page }) => {
  const callback = await callbackOf(page, async () => {
    await begin(page);
    await decides(page, 'Approve');
  });
  await shows(page, 'Hello, jsmith');
  await page.getByRole('button', { name: 'Log out' }).click();
  await shows(page, 'Logged out');
  await follow(page, callback);
  await shows(page, 'This link is of no use');
  assert.deepEqual(await kept(page), {});
});

test('a callback that somebody changed', [], async ({ context, page }) => {
  const callback = await callbackHeldBack(context, page);
  for (const more of ['error=access_denied', 'access_token=stolen']) {
    await follow(page, `${callback}&${more}`);
    await shows(page, 'This link is of no use');
    assert.deepEqual(await kept(page), { 'awaiting_token/implicit/1': 1 });
  }
  await follow(page, callback); // the login waited on
  await shows(page, 'Hello, jsmith');
});

test("a callback in another person's browser", [], async ({ context, page }) => {
  const callback = await callbackHeldBack(context, page);
  const { context: victim, faults } = await newBrowser(APP);
  const theirs = await victim.newPage();
  await theirs.goto(callback);
  await shows(theirs, 'This link is of no use');
  await theirs.getByRole('link', { name: 'Go on' }).click();
  await shows(theirs, 'Welcome');
  assert.deepEqual(faults, []);
  await victim.close();

  await follow(page, callback);
  await shows(page, 'Hello, jsmith');
});

test('a token that is over', [], async ({ page, picture }) => {
  await page.clock.install();
  const calls = callsOf(page);
  await logsIn(page);
  const { access_token: over } = await row(page, 'implicit');
  // Ten hours, as the server said: by the browser's clock and by the server's.
  await page.clock.setSystemTime(Date.now() + 36_000_000);
  await marvel.order('advance 36000');
  for (let time = 0; time < 2; time += 1) {
    await page.reload();
    await shows(page, 'Please log in again');
    assert.equal(calls.length, 1, 'no API has seen it again');
  }
  await isAccessible(page);
  await picture('implicit 7 log in again');
  const answer = await fetch(marvel.api, { headers: { Authorization: `Bearer ${over}` } });
  assert.equal(answer.status, 401, 'and none would have taken it');
  await page.getByRole('button', { name: 'Log in' }).click();
  await decides(page, 'Approve');
  await shows(page, 'Hello, jsmith');
  assert.notEqual((await row(page, 'implicit')).access_token, over);
});

test('a token that the API refuses', ['401'], async ({ page }) => {
  const calls = callsOf(page);
  await logsIn(page);
  await marvel.order('revoke');
  await page.reload();
  await shows(page, 'Please log in again');
  assert.equal(calls.length, 2);
  await page.reload();
  await shows(page, 'Please log in again');
  assert.equal(calls.length, 2, 'the refusal is kept with the token');
  await page.getByRole('button', { name: 'Log in' }).click();
  await decides(page, 'Approve');
  await shows(page, 'Hello, jsmith');
});

test('an API that does not answer', ['net::ERR_CONNECTION_REFUSED'], async ({ context, page, picture }) => {
  await context.route(marvel.api, (route) => route.abort('connectionrefused'));
  await begin(page);
  await decides(page, 'Approve');
  await shows(page, 'Not now');
  await isAccessible(page);
  await picture('implicit 8 not now');
  await context.unroute(marvel.api);
  await page.getByRole('link', { name: 'Try again' }).click();
  await shows(page, 'Hello, jsmith'); // the token was kept
});

test('a code instead, where the provider lets a page have one', [], async ({ context, page }) => {
  await context.route(`${APP}/config.json`, (route) => route.fulfill({ json: JSON.parse(config('code')) }));
  const grants = [];
  page.on('request', (request) => {
    if (request.url() === marvel.token_endpoint) grants.push(new URLSearchParams(request.postData()).get('grant_type'));
  });
  const callback = await callbackOf(page, async () => {
    await begin(page);
    await decides(page, 'Approve');
  });
  await shows(page, 'Hello, jsmith');
  assert.match(callback, /\?code=/);
  assert.doesNotMatch(callback, /access_token/);
  assert.deepEqual(grants, ['authorization_code']);
  assert.deepEqual(await kept(page), { 'keeper/1': 1 });
});
