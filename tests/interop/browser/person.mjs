// A person on the pages of oidc-provider, which are its own.
import assert from 'node:assert/strict';

/// `look` sees each of the pages: 'login' and 'consent'.
export async function logsIn(page, issuer, look = () => {}) {
  await page.waitForURL((url) => url.origin === issuer);
  await look('login');
  await page.getByPlaceholder('Enter any login').fill('alice');
  await page.getByPlaceholder('and password').fill('wonderland');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).waitFor();
  await look('consent');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL((url) => url.origin !== issuer);
}

/// Logs in, and then says no to what is asked for.
export async function refuses(page, issuer, look = () => {}) {
  await page.waitForURL((url) => url.origin === issuer);
  assert.match(await page.locator('body').innerText(), /Sign-in/);
  await look('login');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await page.waitForURL((url) => url.origin !== issuer);
}
