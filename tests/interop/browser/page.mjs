// `examples/browser`, the crate in WebAssembly, as a person sees it.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { inBothColours, inBrowser, isAccessible, newBrowser, shows } from './browser.mjs';
import { kept, row } from './kept.mjs';
import { logsIn, refuses } from './person.mjs';
import { serve } from './serve.mjs';

const { ISSUER, PAGE } = process.env;
const config = JSON.stringify({ issuer: ISSUER, client_id: 'page', scope: 'openid read' });
const server = await serve(PAGE, { '/config.json': config });
after(() => server.close());
const APP = `http://127.0.0.1:${server.address().port}`;

const forged = (query) => `${APP}/?${query}&iss=${encodeURIComponent(ISSUER)}`;

const begin = async (page) => {
  await page.goto(`${APP}/`);
  await page.getByRole('button', { name: 'Log in' }).click();
};

/// Runs `act`, and returns the URL that the server sent the browser back with.
const callbackOf = async (page, act) => {
  const [request] = await Promise.all([page.waitForRequest((request) => request.url().startsWith(`${APP}/?`)), act()]);
  return request.url();
};

/// Begins, and logs in. The browser gets the callback, but our page does not run: the URL, whose code is not spent.
const callbackHeldBack = async (context, page) => {
  await begin(page);
  await page.waitForURL((url) => url.origin === ISSUER);
  await context.route(`${APP}/page.js`, (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  const callback = await callbackOf(page, () => logsIn(page, ISSUER));
  await page.waitForLoadState();
  await context.unroute(`${APP}/page.js`);
  return callback;
};

inBrowser(APP, 'log in, look, log out', [], async ({ page, picture }) => {
  await page.goto(`${APP}/`);
  await shows(page, 'Welcome');
  await isAccessible(page);
  await picture('page 1 welcome');
  const grants = [];
  page.on('request', (request) => {
    if (request.url() === `${ISSUER}/token`) grants.push(new URLSearchParams(request.postData()).get('grant_type'));
  });
  const callback = await callbackOf(page, async () => {
    await page.getByRole('button', { name: 'Log in' }).click();
    await logsIn(page, ISSUER, (of) => picture(`page 2 ${of}`));
  });
  await shows(page, 'Hello, alice');
  // Tokens of a minute are due at once, and then in the second half of their life.
  assert.deepEqual(grants, ['authorization_code', 'refresh_token']);
  assert.match(await page.locator('#token').innerText(), /scope\s+openid read/);
  assert.match(callback, /[?&]code=/);
  assert.equal(page.url(), `${APP}/`, 'no code is left in the address');
  assert.deepEqual(await kept(page), { 'keeper/1': 1 });
  await inBothColours(page, picture, 'page 3 hello');

  await page.reload();
  await shows(page, 'Hello, alice');

  const me = () => fetch(`${ISSUER}/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
  const accessToken = (await row(page, 'tokens')).tokens.access_token;
  assert.equal((await me()).status, 200);
  await page.getByRole('button', { name: 'Log out' }).click();
  await shows(page, 'Logged out');
  assert.equal((await me()).status, 401);
  await page.getByText('The server has ended what it allowed.').waitFor();
  await isAccessible(page);
  await picture('page 4 logged out');
  assert.deepEqual(await kept(page), {});
  await page.reload();
  await shows(page, 'Welcome');
});

inBrowser(APP, 'a denial, and then a login', [], async ({ page, picture }) => {
  await begin(page);
  await refuses(page, ISSUER);
  await shows(page, 'Nobody was logged in');
  await isAccessible(page);
  await picture('page 5 denied');
  assert.deepEqual(await kept(page), {});
  await page.getByRole('button', { name: 'Log in' }).click();
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'forged callbacks end no login that waits', [], async ({ page, picture }) => {
  await begin(page);
  await page.waitForURL((url) => url.origin === ISSUER);
  const login = page.url();
  for (const query of ['code=stolen&state=guessed', 'error=access_denied&state=guessed', 'code=stolen']) {
    await page.goto(forged(query)); // in the same tab: another has a storage of its own
    await shows(page, 'This link is of no use');
    assert.deepEqual(await kept(page), { 'awaiting_code/1': 1 });
  }
  await isAccessible(page);
  await picture('page 6 forged');
  await page.goto(login);
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'the same callback again', [], async ({ page, picture }) => {
  const callback = await callbackOf(page, async () => {
    await begin(page);
    await logsIn(page, ISSUER);
  });
  await shows(page, 'Hello, alice');
  await page.goto(callback);
  await shows(page, 'This link is of no use');
  await picture('page 7 again');
  await page.getByRole('link', { name: 'Go on' }).click();
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'a callback that says it is from another server', [], async ({ context, page }) => {
  const callback = await callbackHeldBack(context, page);
  await page.goto(callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Felsewhere.example'));
  await shows(page, 'This link is of no use');
  await page.goto(callback); // the login waited on
  await shows(page, 'Hello, alice');
});

inBrowser(APP, "a callback in another person's browser", [], async ({ context, page }) => {
  const callback = await callbackHeldBack(context, page);
  const { context: victim, faults } = await newBrowser(APP);
  const theirs = await victim.newPage();
  await theirs.goto(callback);
  await shows(theirs, 'This link is of no use');
  await theirs.getByRole('link', { name: 'Go on' }).click();
  await shows(theirs, 'Welcome');
  assert.deepEqual(faults, []);
  await victim.close();

  await page.goto(callback);
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'tokens that the server took back', ['401', '400'], async ({ page, picture }) => {
  await begin(page);
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  const { refreshable: token } = (await row(page, 'tokens')).tokens.capability;
  const body = new URLSearchParams({ client_id: 'page', token });
  assert.equal((await fetch(`${ISSUER}/token/revocation`, { method: 'POST', body })).status, 200);

  await page.reload();
  await shows(page, 'Please log in again');
  await isAccessible(page);
  await picture('page 8 log in again');
  assert.deepEqual(await kept(page), {});
  await page.getByRole('button', { name: 'Log in' }).click();
  // The server knows the person, and asks again: what was allowed is over.
  await page.getByRole('button', { name: 'Continue' }).click();
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'a server that does not answer', ['net::ERR_CONNECTION_REFUSED'], async ({ context, page, picture }) => {
  await context.route(`${ISSUER}/**`, (route) => route.abort('connectionrefused'));
  await page.goto(`${APP}/`);
  await shows(page, 'Not now');
  await isAccessible(page);
  await picture('page 9 not now');
});

inBrowser(APP, 'a tab that is duplicated', [], async ({ context, page }) => {
  await begin(page);
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  // What this opens begins with a copy of the tab's storage, as a duplicate does.
  const duplicate = (of) => Promise.all([context.waitForEvent('page'), of.evaluate(() => void window.open('/'))]);
  const [copy] = await duplicate(page);
  await shows(copy, 'Welcome');
  assert.deepEqual(await kept(copy), {});
  await page.reload();
  await shows(page, 'Hello, alice');
  await begin(copy);
  await copy.getByRole('button', { name: 'Continue' }).click();
  await shows(copy, 'Hello, alice');
  const [another] = await duplicate(copy);
  await shows(another, 'Welcome');
});

const refused = 'net::ERR_CONNECTION_REFUSED';
inBrowser(APP, 'a callback waits for a server and a page', [refused, refused], async ({ context, page, picture }) => {
  const callback = await callbackHeldBack(context, page);
  for (const lost of [`${APP}/config.json`, `${ISSUER}/.well-known/**`]) {
    await context.route(lost, (route) => route.abort('connectionrefused'));
    if (lost.startsWith(APP)) await page.goto(callback);
    else await page.getByRole('link', { name: 'Try again' }).click();
    await shows(page, 'Not now');
    assert.deepEqual(await kept(page), { 'awaiting_code/1': 1, callback: 1 });
    await isAccessible(page);
    await context.unroute(lost);
  }
  await picture('page 10 the callback waits');
  await page.getByRole('link', { name: 'Try again' }).click();
  await shows(page, 'Hello, alice');
  assert.deepEqual(await kept(page), { 'keeper/1': 1 });
});

inBrowser(APP, 'logins that were given up go', [], async ({ page }) => {
  await begin(page);
  await page.waitForURL((url) => url.origin === ISSUER);
  await page.goto(`${APP}/`);
  const [key, old] = await page.evaluate(() => Object.entries(sessionStorage).find(([, row]) => row.includes('awaiting')));
  const over = JSON.parse(old);
  assert.ok(over.login.closes_at > Date.now());
  over.login.closes_at = 1000;
  await page.evaluate(([key, row]) => sessionStorage.setItem(key, row), [key, JSON.stringify(over)]);
  await page.getByRole('button', { name: 'Log in' }).click();
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  assert.deepEqual(await kept(page), { 'keeper/1': 1 });
});

inBrowser(APP, 'an API that has a bad day', ['503'], async ({ context, page }) => {
  await begin(page);
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  const cors = { 'Access-Control-Allow-Origin': '*' };
  await context.route(`${ISSUER}/me`, (route) => route.fulfill({ status: 503, headers: cors }));
  await page.reload();
  await shows(page, 'Not now');
  await context.unroute(`${ISSUER}/me`);
  await page.getByRole('link', { name: 'Try again' }).click();
  await shows(page, 'Hello, alice');
});
