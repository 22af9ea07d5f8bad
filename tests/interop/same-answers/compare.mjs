// Where two answers to one vector differ. Nothing here reads or writes a file.
import { isDeepStrictEqual } from 'node:util';

/// Each difference as `{ id, op, at, ours, theirs }`: `at` is `outcome`, `kind`, or the name of a fact.
export function compare(vectors, ours, theirs) {
  const result = { differences: [], same: [], byOutcomeAlone: [], notTheirs: [], notOurs: [] };
  for (const { id, op } of vectors) {
    const [our, their] = [ours.get(id), theirs.get(id)];
    if (!our || !their) throw new Error(`${id}: ${our ? 'they have' : 'we have'} no answer`);
    if (our.outcome === 'not supported') {
      result.notOurs.push({ id, what: our.why });
    } else if (their.outcome === 'not written') {
      throw new Error(`${id}: we have an answer now, and nobody wrote how to ask them`);
    } else if (their.outcome === 'not expressible') {
      result.notTheirs.push({ id, what: `op \`${op}\``, why: their.why });
    } else {
      const found = between(our, their).map((difference) => ({ id, op, ...difference }));
      result.differences.push(...found);
      if (found.length === 0) result.same.push(id);
      if (refuses(our) && refuses(their) && !kindsOf(our, their)) result.byOutcomeAlone.push(id);
    }
  }
  const ids = new Set(vectors.map((vector) => vector.id));
  const stray = [...ours.keys(), ...theirs.keys()].find((id) => !ids.has(id));
  if (stray) throw new Error(`${stray}: an answer to no vector`);
  return result;
}

const refuses = ({ outcome }) => outcome === 'error' || outcome === 'refused by construction';

function between(our, their) {
  const differs = (at, ours, theirs) => ({ at, ours, theirs });
  if (refuses(our) !== refuses(their)) return [differs('outcome', inShort(our), inShort(their))];
  const kinds = kindsOf(our, their);
  if (kinds && !kinds.ours.some((kind) => kinds.theirs.includes(kind))) {
    return [differs('kind', inShort(our), inShort(their))];
  }
  const facts = Object.entries(our.facts ?? {}).filter(([name]) => name in (their.facts ?? {}));
  return facts
    .map(([name, fact]) => [name, normal(name, fact), normal(name, their.facts[name])])
    .filter(([, ours, theirs]) => !isDeepStrictEqual(ours, theirs))
    .map(([name, ours, theirs]) => differs(name, ...apart(ours, theirs).map((fact) => JSON.stringify(fact))));
}

/// The kinds of two refusals, if both have any.
function kindsOf(our, their) {
  const [ours, theirs] = [our.kinds ?? [], their.kinds ?? []];
  return ours.length && theirs.length ? { ours, theirs } : undefined;
}

/// An empty list says what null says, and the order of parameters says nothing.
function normal(name, fact) {
  if (!Array.isArray(fact)) return fact;
  if (fact.length === 0) return null;
  const pairs = ['body', 'header'].includes(name);
  return pairs ? fact.map(([name, value]) => `${name}=${value}`).sort() : fact;
}

/// Of two lists of pairs, what only one of them has.
function apart(ours, theirs) {
  const pairs = [ours, theirs].every((list) => Array.isArray(list) && list.every((each) => each.includes?.('=')));
  if (!pairs) return [ours, theirs];
  return [ours.filter((each) => !theirs.includes(each)), theirs.filter((each) => !ours.includes(each))];
}

function inShort(answer) {
  if (!refuses(answer)) return 'ok';
  return `refused: ${answer.kinds?.length ? answer.kinds.join(' or ') : answer.error ?? 'by construction'}`;
}
