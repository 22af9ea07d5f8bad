// The input of a vector, read strictly: a member that nobody reads would make an answer to another question.

export class Malformed extends Error {}

/// The members that make a response.
export const RESPONSE = ['status', 'headers', 'body', 'body_b64', 'body_gen'];

// One that is null or false asks for nothing, as in our own harness.
export function only(input, known) {
  const asks = Object.keys(input).filter((name) => input[name] !== null && input[name] !== false);
  const other = asks.find((name) => !known.includes(name));
  if (other) throw new Malformed(`its input's \`${other}\` is not known here`);
}

export function response(input) {
  const headers = new Headers();
  for (const [name, values] of Object.entries(input.headers ?? {})) {
    for (const value of [values].flat()) headers.append(name, value);
  }
  // Bytes, for a text would bring a content type of its own. Some statuses have no body.
  const body = [204, 205, 304].includes(input.status) ? null : bytes(input);
  return new Response(body, { status: input.status, headers });
}

function bytes({ body = '', body_b64: base64, body_gen: parts }) {
  if (base64 !== undefined) return Buffer.from(base64, 'base64');
  if (parts === undefined) return Buffer.from(body);
  const { prefix = '', repeat = '', count, suffix_repeat: after = '', suffix = '' } = parts;
  return Buffer.from(prefix + repeat.repeat(count) + after.repeat(count) + suffix);
}
