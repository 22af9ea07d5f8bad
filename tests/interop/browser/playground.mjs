// `examples/playground`, as a person sees it.
import assert from 'node:assert/strict';
import { inBrowser, isAccessible } from './browser.mjs';

const { APP } = process.env;

/// Each test starts anew: the page is one, whoever looks at it.
const opens = async (page, provider, grant) => {
  await page.goto(`${APP}/`);
  await page.getByRole('radio', { name: provider, exact: true }).check({ force: true });
  await page.getByLabel('Grant', { exact: true }).selectOption({ value: grant });
  await presses(page, 'Start');
};

const presses = (page, name) => page.getByRole('button', { name, exact: true }).click();

/// The state that the page says it is in, and the box that is lit.
const isIn = async (page, state) => {
  await page.getByRole('heading', { level: 2, name: `Now: ${state}`, exact: true }).waitFor();
  assert.equal(await page.locator('.state.lit text').first().textContent(), state.split('<')[0]);
};

const crateSays = (page, words) => page.locator('#wire ~ *, section').getByText(words).first().waitFor();

/// At the emulator's own pages.
const decides = async (page, decision) => {
  await page.getByRole('link', { name: 'Go to the provider' }).click();
  if (await page.getByLabel('User name').count()) {
    await page.getByLabel('User name').fill('jsmith');
    await page.getByLabel('Password').fill('password123');
    await presses(page, 'Sign in');
  }
  await presses(page, decision);
};

const logsIn = async (page) => {
  await presses(page, 'Begin a login');
  await decides(page, 'Approve');
  await isIn(page, 'InFlight<AuthorizationCode>');
  await presses(page, 'Send the request');
  await isIn(page, 'Authorized<Refreshable>');
};

/// Which mark of the slider: from a minute, 0, to a year, 10.
const passes = async (page, mark, words) => {
  await page.getByRole('slider').fill(String(mark));
  await presses(page, 'Let it pass');
  await page.locator('.steps').getByText(`${words} later`).waitFor();
};

const apiAnswers = async (page, status) => {
  await presses(page, 'Call the API');
  await page.getByText(`HTTP/1.1 ${status}`).first().waitFor();
};

const test = (name, act, expected = []) => inBrowser(APP, `playground: ${name}`, expected, act, { width: 1280, height: 800 });

test('a whole login, and every state is lit', async ({ page, picture }) => {
  await opens(page, 'Amiqus', 'code');
  await isIn(page, 'Unauthorized<AuthorizationCode>');
  await isAccessible(page);
  await picture('playground 1 begin', page, true);
  await presses(page, 'Begin a login');
  await isIn(page, 'AwaitingCode');
  assert.equal(await page.locator('.card:has(#now) button.go').count(), 0, 'only the browser goes on');
  await isAccessible(page);
  await picture('playground 2 awaiting', page, true);
  await decides(page, 'Approve');
  await isIn(page, 'InFlight<AuthorizationCode>');
  assert.equal(page.url(), `${APP}/`, 'no code is left in the address');
  await picture('playground 3 in flight', page, true);
  await presses(page, 'Send the request');
  await isIn(page, 'Authorized<Refreshable>');
  await apiAnswers(page, 200);
  await isAccessible(page);
  await picture('playground 4 authorized', page, true);
  await presses(page, 'Renew the tokens');
  await isIn(page, 'InFlight<RefreshToken>');
  await presses(page, 'Send the request');
  await isIn(page, 'Authorized<Refreshable>');
  await apiAnswers(page, 200);
});

test('a denial, and the same login again', async ({ page, picture }) => {
  await opens(page, 'Amiqus', 'code');
  await presses(page, 'Begin a login');
  await decides(page, 'Deny');
  await isIn(page, 'Intent');
  await crateSays(page, /the server refused the login, which is over: access_denied/);
  await picture('playground 5 denied', page, true);
  await presses(page, 'Log in again');
  await isIn(page, 'Unauthorized<AuthorizationCode>');
  await logsIn(page);
});

test('a forged callback ends no login', async ({ page, picture }) => {
  await opens(page, 'Amiqus', 'code');
  await presses(page, 'Begin a login');
  await presses(page, 'A forged callback comes');
  await isIn(page, 'AwaitingCode');
  await crateSays(page, /does not answer this login, which goes on waiting \(put `awaiting` back\): its `state` is not the one that was sent/);
  await picture('playground 6 forged', page, true);
  // From another page, as an attacker would send it.
  await page.goto(`${APP}/callback?code=stolen&state=guessed`);
  await isIn(page, 'AwaitingCode');
  await decides(page, 'Approve');
  await isIn(page, 'InFlight<AuthorizationCode>');
});

test('the callback again: its code is spent, and nobody waits', async ({ page }) => {
  await opens(page, 'Amiqus', 'code');
  await logsIn(page);
  // Another site sends the browser here: that is not the callback that can be sent again.
  await page.goto(`${APP}/callback?code=of-another-site&state=guessed`);
  await crateSays(page, /no login waits for it/);
  await presses(page, 'Replay: the same callback again');
  const again = page.locator('.steps li', { hasText: 'The same callback once more: no login waits for it' });
  await again.waitFor();
  assert.match(await again.locator('pre').textContent(), /code=‹/);
  assert.doesNotMatch(await again.locator('pre').textContent(), /‹15 bytes›/, 'not the code of the other site');
  await isIn(page, 'Authorized<Refreshable>');
  await apiAnswers(page, 200);
});

test('time passes, and the tokens are renewed', async ({ page, picture }) => {
  await opens(page, 'Amiqus', 'code');
  await logsIn(page);
  await page.getByText('It ends in 365 days.').waitFor();
  await passes(page, 10, '1 year');
  await isIn(page, 'Expired<Refreshable>');
  assert.equal(await page.getByRole('button', { name: 'Call the API' }).count(), 0);
  const refused = page.locator('.refusals details', { hasText: 'state.header_for(client, url)' });
  await refused.locator('summary').click();
  await refused.getByText('an expired token is not used').waitFor();
  await isAccessible(page);
  await picture('playground 7 expired', page, true);
  await presses(page, 'Renew the tokens');
  await presses(page, 'Send the request');
  await isIn(page, 'Authorized<Refreshable>');
});

test('too late: Marq refreshes only before expiry', async ({ page, picture }) => {
  await opens(page, 'Marq', 'code');
  await logsIn(page);
  await passes(page, 5, '2 hours');
  await isIn(page, 'Expired<Refreshable>');
  await presses(page, 'Renew the tokens');
  await crateSays(page, /this provider refreshes only before the access token expires/);
  await isIn(page, 'Expired<Refreshable>');
  await picture('playground 8 too late', page, true);
  await presses(page, 'Log in again');
  await logsIn(page);
});

test('an answer is lost: somebody decides', async ({ page, picture }) => {
  await opens(page, 'Amiqus', 'code');
  await logsIn(page);
  await presses(page, 'Renew the tokens');
  await presses(page, 'Send it, and lose the answer');
  await isIn(page, 'InDoubt<RefreshToken>');
  await isAccessible(page);
  await picture('playground 9 in doubt', page, true);
  // It arrived, and Amiqus takes a refresh token once: to send it again is to lose it.
  await presses(page, 'Send it again');
  await presses(page, 'Send the request');
  await crateSays(page, /the server will never accept this again/);
  await presses(page, 'Show secrets');
  await picture('playground 10 dead', page, true);
  await presses(page, 'Hide secrets');
});

test('the process dies at each point: only a code that is not on its way is lost', async ({ page }) => {
  await opens(page, 'Amiqus', 'code');
  await presses(page, 'Begin a login');
  await presses(page, 'The process dies');
  await isIn(page, 'AwaitingCode');
  await decides(page, 'Approve');
  await presses(page, 'The process dies');
  await isIn(page, 'InDoubt<AuthorizationCode>');
  await presses(page, 'It never arrived');
  await isIn(page, 'ReceivedCode');
  await presses(page, 'Exchange the code');
  await presses(page, 'Fail to connect');
  await isIn(page, 'ReceivedCode');
  await presses(page, 'The process dies');
  await isIn(page, 'Unauthorized<AuthorizationCode>');
  await page.locator('.steps').getByText('nothing, the code is lost').waitFor();
  await logsIn(page);
  await presses(page, 'The process dies');
  await isIn(page, 'Authorized<Refreshable>');
});

test('a backup is restored: the server takes it for a theft', async ({ page }) => {
  await opens(page, 'Amiqus', 'code');
  await logsIn(page);
  await presses(page, 'Renew the tokens');
  await presses(page, 'Send the request');
  await presses(page, 'Replay: renew from a backup');
  await isIn(page, 'InFlight<RefreshToken>');
  await presses(page, 'Send the request');
  await crateSays(page, /the server will never accept this again/);
});

test('the user withdraws at the provider', async ({ page }) => {
  await opens(page, 'Amiqus', 'code');
  await logsIn(page);
  await presses(page, 'The user withdraws');
  await apiAnswers(page, 401);
  await isIn(page, 'Expired<Refreshable>');
});

test('the tokens are given back', async ({ page }) => {
  await opens(page, 'MOTAR', 'code');
  await logsIn(page);
  await presses(page, 'Give the tokens back');
  await isIn(page, 'Revoking<TokenSet<Refreshable>>');
  await presses(page, 'Send the request');
  await isIn(page, 'Intent');
});

test('an implicit login, whose token is behind the #', async ({ page, picture }) => {
  await opens(page, 'Marvel', 'implicit');
  await presses(page, 'Begin a login');
  await isIn(page, 'AwaitingToken<Implicit>');
  await decides(page, 'Approve');
  await isIn(page, 'Authorized<AccessOnly>');
  assert.equal(page.url(), `${APP}/`, 'no token is left in the address');
  const refused = page.locator('.refusals details', { hasText: 'state.refresh(client, now)' });
  await refused.locator('summary').click();
  await refused.getByText('this token cannot be refreshed').first().waitFor();
  await picture('playground 11 implicit', page, true);
});

test('an implicit login with a refresh token', async ({ page }) => {
  await opens(page, 'MOTAR', 'implicit-with-refresh');
  await presses(page, 'Begin a login');
  await decides(page, 'Approve');
  await isIn(page, 'Authorized<Refreshable>');
  await apiAnswers(page, 200);
});

test('client credentials', async ({ page }) => {
  await opens(page, 'The fifth', 'client-credentials');
  await presses(page, 'Ask for a token');
  await presses(page, 'Send the request');
  await isIn(page, 'Authorized<Reissuable>');
  await apiAnswers(page, 200);
  await presses(page, 'Renew the tokens');
  await isIn(page, 'InFlight<Reissue>');
});

test('an entry of the catalogue', async ({ page, picture }) => {
  await page.goto(`${APP}/`);
  await page.getByLabel('Catalogue entry').selectOption('gitlab');
  await page.getByLabel('Grant', { exact: true }).selectOption('code');
  await presses(page, 'Start');
  await page.getByRole('heading', { name: 'The server: GitLab' }).waitFor();
  await logsIn(page);
  await apiAnswers(page, 200);
  await picture('playground 12 catalogue', page, true);
});

test('a provider file, and one with a mistake', async ({ page, picture }) => {
  await page.goto(`${APP}/`);
  await page.getByLabel('Grant', { exact: true }).selectOption('code');
  await page.locator('summary', { hasText: 'Paste a provider file' }).click();
  await page.getByLabel('Provider file, in JSON').fill('{ "name": "mine", "token_endpoint": "http://mine.example/token" }');
  await page.getByLabel('Provider file, in JSON').blur();
  assert.ok(await page.getByRole('radio', { name: 'A provider file' }).isChecked());
  await presses(page, 'Start');
  await page.getByRole('alert').getByText('token_endpoint: must be https').waitFor();
  await isAccessible(page);
  await picture('playground 13 a mistake', page, true);
  await page.getByLabel('Provider file, in JSON').fill(JSON.stringify({
    name: 'mine',
    authorization_endpoint: 'https://mine.example/authorize',
    token_endpoint: 'https://mine.example/token',
    dialect: { token: { body: 'json', client_authentication: 'body' } },
  }));
  await presses(page, 'Start');
  await page.getByRole('heading', { name: 'The server: mine' }).waitFor();
  await logsIn(page);
  await apiAnswers(page, 200);
});

test('no secret is on the page until it is asked for', async ({ page }) => {
  await opens(page, 'Amiqus', 'code');
  await presses(page, 'Begin a login');
  // What the emulator sends and gets: not what the page takes for a secret.
  const callback = page.waitForRequest((request) => request.url().startsWith(`${APP}/callback?`));
  await decides(page, 'Approve');
  const { searchParams } = new URL((await callback).url());
  await presses(page, 'Send the request');
  await isIn(page, 'Authorized<Refreshable>');
  await presses(page, 'Show secrets');
  await page.getByRole('button', { name: 'Hide secrets' }).waitFor();
  const block = (of) => page.locator('.card:has(#wire) figure', { hasText: of }).locator('pre').textContent();
  const body = (text) => text.slice(text.indexOf('\n\n'));
  const request = new URLSearchParams(body(await block('grant_type')).replaceAll('\n', ''));
  const response = JSON.parse(body(await block('HTTP/1.1 200')));
  const secrets = [
    searchParams.get('code'),
    searchParams.get('state'),
    request.get('client_secret'),
    request.get('code_verifier'),
    response.access_token,
    response.refresh_token,
  ];
  // As it is, or as it stands in a form.
  const encoded = (secret) => new URLSearchParams({ '': secret }).toString().slice(1);
  const holds = (html, secret) => html.includes(secret) || html.includes(encoded(secret));
  const shown = await (await page.request.get(`${APP}/`)).text();
  for (const secret of secrets) assert.ok(secret?.length > 8 && holds(shown, secret), `${secret} is not in the page`);
  await presses(page, 'Hide secrets');
  await page.getByRole('button', { name: 'Show secrets' }).waitFor();
  const html = await (await page.request.get(`${APP}/`)).text();
  for (const secret of secrets) assert.ok(!holds(html, secret), `${secret} is in the page`);
});

test('the slider says what it is at', async ({ page, picture }) => {
  await opens(page, 'Amiqus', 'code');
  await presses(page, 'Begin a login');
  await isIn(page, 'AwaitingCode');
  const slider = page.getByRole('slider', { name: 'Let time pass' });
  const says = async (words) => {
    await page.locator('.clock output', { hasText: words }).waitFor();
    assert.equal(await slider.getAttribute('aria-valuetext'), words);
  };
  await says('1 hour');
  await slider.fill('10');
  await says('1 year');
  await picture('playground 15 clock', page, true);
  // Whatever is pressed, the slider is another, and says so.
  await presses(page, 'A forged callback comes');
  await page.locator('.steps').getByText('A forged callback: ').waitFor();
  await says('1 hour');
});

/// The middle of the knob at each mark is where the scale has its words.
const scaleIsTrue = async (page) => {
  const range = await page.getByRole('slider').boundingBox();
  const marks = await page.locator('.scale abbr').all();
  for (const [at, mark] of marks.entries()) {
    const { x, width } = await mark.boundingBox();
    const knob = range.x + 8 + ((range.width - 16) * at) / (marks.length - 1);
    assert.ok(Math.abs(x + width / 2 - knob) < 3, `mark ${at}: ${x + width / 2}, and the knob at ${knob}`);
  }
};

test('without JavaScript', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await opens(page, 'Amiqus', 'code');
  await logsIn(page);
  await passes(page, 0, '1 minute');
  await page.getByRole('slider').fill('10');
  assert.equal(await page.locator('.clock output').textContent(), '', 'nobody would change it');
  assert.equal(await page.getByRole('slider').getAttribute('aria-valuetext'), null);
  await scaleIsTrue(page);
  await page.screenshot({ path: `${process.env.PICTURES}/playground 16 without JavaScript.png`, fullPage: true });
  await isIn(page, 'Authorized<Refreshable>');
  await apiAnswers(page, 200);
  await context.close();
});

test('with the keyboard alone', async ({ page }) => {
  await opens(page, 'Amiqus', 'code');
  const presses = async (name) => {
    for (let tabs = 0; tabs < 80; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.textContent')) === name) return page.keyboard.press('Enter');
    }
    throw new Error(`no way to ${name}`);
  };
  await presses('Begin a login');
  await isIn(page, 'AwaitingCode');
  assert.equal(await page.evaluate('document.activeElement.id'), 'now', 'the focus stays where the buttons are');
  await presses('A forged callback comes');
  await isIn(page, 'AwaitingCode');
});

test('in the dark, and on a phone', async ({ browser }) => {
  for (const [name, options] of [
    ['dark', { colorScheme: 'dark', viewport: { width: 1280, height: 800 } }],
    ['phone', { viewport: { width: 390, height: 844 } }],
  ]) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await opens(page, 'Amiqus', 'code');
    await logsIn(page);
    await isAccessible(page);
    await scaleIsTrue(page);
    const gaps = await page.evaluate(() => {
      const words = [...document.querySelectorAll('.scale abbr')].map((mark) => {
        const range = document.createRange();
        range.selectNodeContents(mark);
        return range.getBoundingClientRect();
      });
      return words.slice(1).map(({ left }, before) => left - words[before].right);
    });
    assert.ok(gaps.every((gap) => gap >= 3), `${name}: the words of the scale run into each other: ${gaps}`);
    const wider = await page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
    assert.ok(!wider, `${name}: the page is wider than the window`);
    await page.screenshot({ path: `${process.env.PICTURES}/playground 14 ${name}.png`, fullPage: true });
    await context.close();
  }
});

test('no other site posts here', async ({ page }) => {
  const forged = await page.request.post(`${APP}/act`, { form: { action: 'withdraw' }, headers: { origin: 'http://evil.example' } });
  assert.equal(forged.status(), 403);
  const named = await page.request.get(`${APP}/`, { headers: { host: 'evil.example' } });
  assert.equal(named.status(), 403);
});
