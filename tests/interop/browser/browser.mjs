// A real browser that never leaves loopback, and keeps what it saw: pictures, and what went wrong in our pages.
import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const { PICTURES } = process.env;
mkdirSync(PICTURES, { recursive: true });

// The folder of its user's data is empty and goes with it: Playwright makes one for each start.
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
after(() => browser.close());

/// A browser of its own, with no cookies yet. `app` is the origin of our pages.
export async function newBrowser(app, viewport = { width: 800, height: 560 }) {
  const context = await browser.newContext({ viewport });
  context.setDefaultTimeout(15_000);
  // The server's own pages ask for a font from elsewhere.
  await context.route((url) => url.hostname !== '127.0.0.1', (route) => route.abort());
  const faults = [];
  const isOurs = (page, url) => [page?.url(), url].some((each) => each?.startsWith(app));
  context.on('console', (message) => {
    if (message.type() === 'error' && isOurs(message.page(), message.location().url)) faults.push(message.text());
  });
  context.on('weberror', (error) => {
    if (isOurs(error.page())) faults.push(String(error.error()));
  });
  return { context, faults };
}

/// A test of `app` in a browser of its own: `act({ browser, context, page, picture })`. It fails where a page of ours puts an
/// error on the console, but for those that a document or request failed with: `expected`, in this order.
export function inBrowser(app, name, expected, act, viewport) {
  test(name, async () => {
    const { context, faults } = await newBrowser(app, viewport);
    const page = await context.newPage();
    const picture = (of, tab = page, fullPage = false) => tab.screenshot({ path: join(PICTURES, `${of}.png`), fullPage });
    try {
      await act({ browser, context, page, picture });
      const seen = faults.map((fault) => fault.match(/^Failed to load resource: .*?(\d{3}|net::\w+)/)?.[1] ?? fault);
      assert.deepEqual(seen, expected, 'what is on the console');
    } catch (error) {
      await picture(`failed: ${name}`);
      console.error(`${page.url()} shows:\n${await page.locator('body').innerText()}\nOn the console:`, faults);
      throw error;
    } finally {
      await context.close();
    }
  });
}

/// The page in light and dark: it is accessible in both, and there is a picture of each.
export async function inBothColours(page, picture, of) {
  await isAccessible(page);
  await picture(of);
  await page.emulateMedia({ colorScheme: 'dark' });
  await isAccessible(page);
  await picture(`${of}, dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}

/// Waits until the page has this heading.
export async function shows(page, words) {
  await page.getByRole('heading', { level: 1, name: words, exact: true }).waitFor();
}

/// No violation of what axe-core knows.
export async function isAccessible(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const said = ({ html, failureSummary }) => `${html}\n${failureSummary}`;
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(said).join('\n')}`), []);
}
