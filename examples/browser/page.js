// Beside this page: `config.json`, with the server and who we are to it.
import init, { run } from './oauth_proto_browser.js';

const [config] = await Promise.all([fetch('config.json').then((answer) => answer.json()), init()]);
await run(config.issuer, config.client_id, config.scope);
