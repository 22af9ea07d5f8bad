// What the server has sent the browser back with is a code, or the token itself. It leaves the address, and what the
// browser remembers of it, before anything else runs.
const callback = location.search + location.hash;
if (callback) history.replaceState(null, '', location.pathname);

// Beside this page: `config.json`, with the server and who we are to it. See `src/config.rs`.
const config = fetch('config.json').then((answer) => answer.text());
const { default: init, run } = await import('./oauth_proto_browser.js');
await init();
await run(await config, callback);
