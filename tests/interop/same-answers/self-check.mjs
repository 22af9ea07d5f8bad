// node self-check.mjs VECTORS OURS THEIRS TABLE: whether another answer would be seen, for each answer and each fact.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './compare.mjs';
import { answersOf, jsonOf, vectorsOf } from './files.mjs';
import { explained } from './reasons.mjs';

const [folder, oursFile, theirsFile, table] = process.argv.slice(2);
const vectors = vectorsOf(folder);
const [ours, theirs] = [answersOf(oursFile), answersOf(theirsFile)];
const reasons = jsonOf('reasons.json');

const complaints = (their = theirs, why = reasons) => {
  return explained(compare(vectors, ours, their).differences, why).complaints;
};
const withAnswer = (id, changes) => new Map(theirs).set(id, { ...theirs.get(id), ...changes });
assert.deepEqual(complaints(), [], 'nothing is wrong before anything is changed');

const seen = { outcomes: 0, kinds: 0, facts: 0 };
for (const id of compare(vectors, ours, theirs).same) {
  const their = theirs.get(id);
  const flipped = their.outcome === 'ok' ? { outcome: 'error', kinds: [] } : { outcome: 'ok', facts: {} };
  assert.match(complaints(withAnswer(id, flipped)).join(), new RegExp(`no reason: ${id}, outcome`), id);
  seen.outcomes += 1;
  if (ours.get(id).kinds?.length && their.kinds?.length) {
    const other = withAnswer(id, { kinds: ['another kind'] });
    assert.match(complaints(other).join(), new RegExp(`no reason: ${id}, kind`), id);
    seen.kinds += 1;
  }
  for (const name of Object.keys(their.facts ?? {}).filter((name) => name in (ours.get(id).facts ?? {}))) {
    const other = withAnswer(id, { facts: { ...their.facts, [name]: 'another value' } });
    assert.match(complaints(other).join(), new RegExp(`no reason: ${id}, ${name}`), `${id}, ${name}`);
    seen.facts += 1;
  }
}
// Fewer would mean that less is compared than when this was written.
assert.ok(seen.outcomes >= 150 && seen.kinds >= 50 && seen.facts >= 250, JSON.stringify(seen));

for (const { id, at } of compare(vectors, ours, theirs).differences) {
  const without = reasons.map((reason) => ({ ...reason, vectors: reason.vectors.filter((each) => each !== id) }));
  assert.match(complaints(theirs, without).join(), new RegExp(`no reason: ${id}, ${at}`), id);
}
const agrees = compare(vectors, ours, theirs).same[0];
for (const at of [undefined, 'code', ['scope', 'sub']]) {
  const stale = [...reasons, { vectors: [agrees], at, reason: 'r' }];
  const expected = [at].flat().map((fact) => `no difference any more: ${agrees}${fact ? `, ${fact}` : ''}: r`);
  assert.deepEqual(complaints(theirs, stale), expected);
}
assert.match(complaints(theirs, [...reasons, ...reasons]).join(), /2 reasons: /);

const lacking = new Map(theirs);
lacking.delete(agrees);
assert.throws(() => compare(vectors, ours, lacking), /we have no answer|they have no answer/);
assert.throws(() => compare(vectors, ours, new Map(theirs).set('X-1', {})), /X-1: an answer to no vector/);
const [unasked] = [...theirs.values()].filter(({ outcome }) => outcome === 'not written');
const answered = new Map(ours).set(unasked.id, { ...unasked, outcome: 'ok' });
assert.throws(() => compare(vectors, answered, theirs), /nobody wrote how to ask them/);

// The program itself: its end, its words, and what it leaves in the table.
const scratch = mkdtempSync(join(tmpdir(), 'same-answers-'));
try {
  const [flipped, copy] = [join(scratch, 'theirs'), join(scratch, 'table')];
  const lines = [...withAnswer(agrees, { outcome: 'error', kinds: [] }).values()];
  writeFileSync(flipped, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const judge = (their, ...more) => {
    const program = new URL('judge.mjs', import.meta.url).pathname;
    return spawnSync(process.execPath, [program, folder, oursFile, their, copy, ...more], { encoding: 'utf8' });
  };
  const text = readFileSync(table, 'utf8');
  for (const [their, shown, status, words, ...more] of [
    [theirsFile, text, 0, /^$/],
    [theirsFile, text.replace('`ok`', '`no`'), 1, /is not what came now/],
    [theirsFile, '', 0, /^$/, '--bless'],
    [flipped, text, 1, new RegExp(`no reason: ${agrees}, outcome`)],
    [flipped, text, 1, new RegExp(`no reason: ${agrees}, outcome`), '--bless'],
  ]) {
    writeFileSync(copy, shown);
    const ended = judge(their, ...more);
    assert.equal(ended.status, status, ended.stderr);
    assert.match(ended.stderr, words);
    assert.equal(readFileSync(copy, 'utf8'), shown || text);
  }
} finally {
  rmSync(scratch, { recursive: true });
}
console.log(`another answer would be seen: ${JSON.stringify(seen)}`);
