// One vector, given to oauth4webapi's public API.
import { refusal } from './errors.mjs';
import { Malformed } from './input.mjs';
import * as requests from './requests.mjs';
import * as responses from './responses.mjs';

const OPS = {
  as_metadata_response: responses.serverMetadata,
  authorization_response: requests.callback,
  build_token_request: requests.token,
  client_secret_basic: requests.basic,
  device_authorization_response: responses.deviceAuthorization,
  introspection_response: responses.introspection,
  par_response: responses.pushedAuthorization,
  pkce_challenge: requests.challenge,
  refresh_response: responses.refreshed,
  registration_response: responses.registration,
  resource_metadata_response: responses.resourceMetadata,
  revocation_response: responses.revocation,
  token_error_response: responses.tokens,
  token_response: responses.tokens,
  well_known_url: requests.wellKnown,
  www_authenticate: responses.challenges,
};

/// What its public API has no words for, and why.
const NOT_EXPRESSIBLE = {
  build_authorization_url: 'it has no function for it: its callers write the URL and its query by hand',
  device_poll: 'it reads each answer to a poll; when to ask again, and when to end, is left to its callers',
  token_expiry: 'it keeps no tokens and no instants: `expires_in` is handed to its callers as a number',
};

/// It has these, and our crate does not yet. The comparison fails as soon as we answer: then they are written.
const NOT_WRITTEN = ['dpop', 'jarm_claims'];

export async function answer({ id, op, input }) {
  return { id, op, ...(await answered(op, input)) };
}

async function answered(op, input) {
  const why = NOT_EXPRESSIBLE[op];
  if (why) return { outcome: 'not expressible', why };
  if (NOT_WRITTEN.includes(op)) return { outcome: 'not written' };
  if (!OPS[op]) throw new Malformed(`the op ${op} is new: run it, or say why it cannot be expressed`);
  try {
    const facts = await OPS[op](input);
    return facts.outcome ? facts : { outcome: 'ok', facts };
  } catch (error) {
    return refusal(error);
  }
}
