// The emulator of Marvel, as a program of its own for one page, and a person on its pages.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/// Starts it for the page of this URL. It says what the page must know; each `order` is a line, and answered. It ends
/// with its standard input.
export async function startEmulator(program, url) {
  const child = spawn(program, ['marvel', '--page', url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the emulator has ended');
    return JSON.parse(value);
  };
  const known = await next();
  const order = (line) => {
    child.stdin.write(`${line}\n`);
    return next();
  };
  return { ...known, order, close: () => child.stdin.end() };
}

/// Signs in, unless the browser is known, and then decides: 'Approve' or 'Deny'. `look` sees each of the pages.
export async function decides(page, decision, look = () => {}) {
  await page.getByRole('heading', { name: /^(Sign in|Allow access) to marvel/ }).waitFor();
  if (await page.getByLabel('User name').count()) {
    await look('sign in');
    await page.getByLabel('User name').fill('jsmith');
    await page.getByLabel('Password').fill('password123');
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await page.getByRole('button', { name: decision }).waitFor();
  await look('consent');
  await page.getByRole('button', { name: decision }).click();
}
