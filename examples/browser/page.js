// What the server has sent the browser back with is a code, or the token itself. It leaves the address, and what the
// browser remembers of it, before anything else runs.
const callback = location.search + location.hash;
if (callback) history.replaceState(null, '', location.pathname);

try {
  // It waits in this tab until the program has taken it: "Try again" begins with it.
  if (callback) sessionStorage.setItem('callback', callback);
  await alone();

  // Beside this page: `config.json`, with the server and who we are to it. See `src/config.rs`.
  const [config, { default: init, run }] = await Promise.all([read('config.json'), import('./oauth_proto_browser.js')]);
  await init();
  await run(config);
} catch (why) {
  console.warn(String(why));
  document.getElementById('heading').textContent = 'Not now';
  document.getElementById('words').textContent = 'Some of this page did not arrive, or this browser cannot run it.';
  document.getElementById('try-again').hidden = false;
}

async function read(file) {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return answer.text();
}

// A tab that is duplicated begins with all that the first one keeps, and two must not send one refresh token: a strict
// server would end what it allowed. So each has a name, and a lock on it; where it is taken, this is the copy.
async function alone() {
  const name = sessionStorage.getItem('tab');
  if (name && (await hold(name))) return;
  if (name) sessionStorage.clear();
  sessionStorage.setItem('tab', crypto.randomUUID());
  await hold(sessionStorage.getItem('tab'));
}

// Holds the lock as long as this page lives. A page that was left a moment ago may still have it.
function hold(name) {
  const signal = AbortSignal.timeout(1000);
  return new Promise((resolve) => {
    const held = () => {
      resolve(true);
      return new Promise(() => {});
    };
    navigator.locks.request(name, { signal }, held).catch(() => resolve(false));
  });
}
