// Their errors, in the words of the vectors.
import { oauth } from './library.mjs';

/// An answer that refuses. The kinds are what the vectors may call it.
export const refused = (error, kinds, facts = {}) => ({ outcome: 'error', error, kinds, facts });

/// Throws on what is no refusal of theirs, so that a mistake here is not counted as one.
export function refusal(error) {
  if (error instanceof oauth.AuthorizationResponseError) {
    return refused(error.code, ['server_error'], words(Object.fromEntries(error.cause)));
  }
  if (error instanceof oauth.ResponseBodyError) {
    return refused(error.code, ['server_error'], { ...words(error.cause), status: error.status });
  }
  // They look for a challenge before they look at the body, and then not at the body.
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return refused(error.code, ['a challenge'], { status: error.status });
  }
  const [kind, facts] = kindOf(error);
  return refused(error.code, [kind], facts);
}

function words({ error, error_description = null, error_uri = null }) {
  return { error, error_description, error_uri };
}

function kindOf(error) {
  switch (error.code) {
    case oauth.RESPONSE_IS_NOT_CONFORM:
      return ['unexpected_status', { status: error.cause.status }];
    case oauth.RESPONSE_IS_NOT_JSON:
      return ['unexpected_content_type'];
    case oauth.PARSE_ERROR:
      return ['invalid_json'];
    case oauth.JSON_ATTRIBUTE_COMPARISON:
      return [`${error.cause.attribute}_mismatch`];
    case oauth.HTTP_REQUEST_FORBIDDEN:
    case oauth.REQUEST_PROTOCOL_FORBIDDEN:
      return ['insecure_url'];
    case oauth.UNSUPPORTED_OPERATION:
    case oauth.INVALID_RESPONSE:
    case 'ERR_INVALID_ARG_VALUE':
      return byMessage(error);
    case 'ERR_INVALID_URL':
      return ["a TypeError of the platform's own"];
    default:
      throw error;
  }
}

// One code stands for many faults: only the message tells them apart. The version is pinned, and so are its messages.
const MESSAGES = [
  [/^unsupported `token_type` value$/, () => ['unsupported_token_type']],
  [/^implicit and hybrid flows are not supported$/, () => ['unexpected_parameter']],
  [/contains a JARM response/, () => ['unexpected_jarm', { parameter: 'response' }]],
  [/^response parameter "iss" \(issuer\) missing$/, () => ['issuer_missing']],
  [/^unexpected "iss" \(issuer\) response parameter value$/, () => ['issuer_mismatch']],
  [/^response parameter "state" missing$/, () => ['state_missing']],
  [/^unexpected "state" response parameter/, () => ['state_mismatch']],
  [/^no authorization code in /, () => ['missing_code']],
  [/^"(\w+)" parameter must be provided only once$/, ([, parameter]) => ['duplicate_parameter', { parameter }]],
  [/^"response" body must be a top level object$/, () => ['invalid_json_shape']],
  [/^"response" body "(\w+)" property must /, ([, field], { cause }) => {
    return [cause.body[field] === undefined ? 'missing_field' : 'invalid_field', { field }];
  }],
  [/^"?(?:client\.)?(\w+)"? must not be empty$/, ([, argument]) => {
    return ['invalid_field', { field: argument.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) }];
  }],
];

function byMessage(error) {
  for (const [words, kind] of MESSAGES) {
    const match = error.message.match(words);
    if (match) return kind(match, error);
  }
  throw error;
}
