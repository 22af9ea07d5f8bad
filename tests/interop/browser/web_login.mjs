// `examples/web_login`, as a person sees it.
import assert from 'node:assert/strict';
import { inBrowser, newBrowser, shows } from './browser.mjs';
import { logsIn, refuses } from './person.mjs';

const { ISSUER, APP } = process.env;
const forged = (query) => `${APP}/callback?${query}&iss=${encodeURIComponent(ISSUER)}`;

/// Our cookie. The server's are here too: cookies of a host are those of all its ports.
const ours = async (context) => (await context.cookies(APP)).find(({ name }) => name === 'web_login');

const begin = async (page) => {
  await page.goto(`${APP}/`);
  await page.getByRole('button', { name: 'Log in' }).click();
};

/// Begins, and logs in. The browser gets the callback, and does not send it: its URL.
const callbackHeldBack = async (context, page) => {
  // Playwright's own routes see no request that a redirect leads to.
  const chromium = await context.newCDPSession(page);
  let callback;
  chromium.on('Fetch.requestPaused', ({ requestId, request }) => {
    callback = request.url;
    return chromium.send('Fetch.fulfillRequest', { requestId, responseCode: 200, body: btoa('held back') });
  });
  await chromium.send('Fetch.enable', { patterns: [{ urlPattern: `${APP}/callback*` }] });
  await begin(page);
  await logsIn(page, ISSUER);
  await page.getByText('held back').waitFor();
  await chromium.detach();
  return callback;
};

inBrowser(APP, 'log in, look, log out', [], async ({ context, page, picture }) => {
  await page.goto(`${APP}/`);
  await shows(page, 'Welcome');
  await picture('web_login 1 welcome');
  await page.getByRole('button', { name: 'Log in' }).click();
  await logsIn(page, ISSUER, (of) => picture(`web_login 2 ${of}`));
  await shows(page, 'Hello, alice');
  assert.match(await page.locator('dl').innerText(), /scope\s+openid read/);
  assert.equal(page.url(), `${APP}/`, 'no code is left in the address');
  await picture('web_login 3 hello');

  const cookie = await ours(context);
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, 'Lax']);
  assert.ok(cookie.expires > Date.now() / 1000, 'it ends by itself');
  assert.equal(await page.evaluate('document.cookie'), '', 'no script reads it');

  await page.getByRole('button', { name: 'Log out' }).click();
  await shows(page, 'Logged out');
  await page.getByText('The server has ended what it allowed.').waitFor();
  await picture('web_login 4 logged out');
  assert.equal(await ours(context), undefined);

  await context.addCookies([cookie]);
  await page.goto(`${APP}/`);
  await shows(page, 'Welcome'); // who kept the cookie has nothing
});

inBrowser(APP, 'a login gets a new cookie', [], async ({ context, page }) => {
  await begin(page);
  const before = await ours(context);
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  const after = await ours(context);
  assert.notEqual(after.value, before.value);

  const { context: other } = await newBrowser(APP);
  await other.addCookies([before]);
  const otherPage = await other.newPage();
  await otherPage.goto(`${APP}/`);
  await shows(otherPage, 'Welcome');
  await other.close();
});

inBrowser(APP, 'a denial, and then a login', ['403'], async ({ page, picture }) => {
  await begin(page);
  await refuses(page, ISSUER);
  await shows(page, 'Nobody was logged in');
  await page.getByText('You, or the server, said no.').waitFor();
  await picture('web_login 5 denied');
  await page.getByRole('button', { name: 'Log in' }).click();
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'forged callbacks end no login that waits', ['400', '400', '400'], async ({ context, page, picture }) => {
  await begin(page);
  const tab = await context.newPage();
  for (const query of ['code=stolen&state=guessed', 'error=access_denied&state=guessed', 'code=stolen']) {
    await tab.goto(forged(query));
    await shows(tab, 'This link is of no use');
  }
  await picture('web_login 6 forged', tab);
  await tab.getByRole('link', { name: 'Go on' }).click();
  await shows(tab, 'Welcome');
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'the same callback again', ['400'], async ({ context, page, picture }) => {
  const callback = await callbackHeldBack(context, page);
  await page.goto(callback);
  await shows(page, 'Hello, alice');
  await page.goto(callback);
  await shows(page, 'This link is of no use');
  await picture('web_login 7 again');
  await page.getByRole('link', { name: 'Go on' }).click();
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'a callback that says it is from another server', ['400'], async ({ context, page }) => {
  const callback = await callbackHeldBack(context, page);
  await page.goto(callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Felsewhere.example'));
  await shows(page, 'This link is of no use');
  await page.goto(callback); // the login waited on
  await shows(page, 'Hello, alice');
});

inBrowser(APP, "a callback in another person's browser", [], async ({ context, page }) => {
  const callback = await callbackHeldBack(context, page);
  const { context: victim } = await newBrowser(APP);
  const theirs = await victim.newPage();
  await theirs.goto(callback);
  await shows(theirs, 'This link is of no use');
  await theirs.goto(`${APP}/`);
  await shows(theirs, 'Welcome');
  await victim.close();
  await page.goto(callback);
  await shows(page, 'Hello, alice');
});

inBrowser(APP, 'two tabs are two logins, until one of them logs in', ['403', '400'], async ({ context, page }) => {
  const [denied, late] = [await context.newPage(), await context.newPage()];
  await begin(page);
  await begin(denied);
  await begin(late);
  await refuses(denied, ISSUER);
  await shows(denied, 'Nobody was logged in');
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  await late.reload(); // the person is known to the server by now
  await logsIn(late, ISSUER);
  await shows(late, 'This link is of no use'); // what began before the login ended with the old cookie
  await late.getByRole('link', { name: 'Go on' }).click();
  await shows(late, 'Hello, alice');
});

inBrowser(APP, 'a form of another site does nothing', [], async ({ context, page }) => {
  await begin(page);
  await logsIn(page, ISSUER);
  await shows(page, 'Hello, alice');
  for (const path of ['/login', '/logout']) {
    const answer = await context.request.post(APP + path, { headers: { Origin: 'https://elsewhere.example' } });
    assert.equal(answer.status(), 403);
  }
  await page.reload();
  await shows(page, 'Hello, alice');
});
