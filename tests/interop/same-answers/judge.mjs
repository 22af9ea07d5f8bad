// node judge.mjs VECTORS OURS THEIRS TABLE [--bless]: compares the answers, and the table with what it should be.
import { readFileSync, writeFileSync } from 'node:fs';
import { compare } from './compare.mjs';
import { answersOf, jsonOf, vectorsOf } from './files.mjs';
import { explained } from './reasons.mjs';
import { table } from './table.mjs';

const [folder, ours, theirs, file, bless] = process.argv.slice(2);

const vectors = vectorsOf(folder);
const compared = compare(vectors, answersOf(ours), answersOf(theirs));
const { rows, complaints } = explained(compared.differences, jsonOf('reasons.json'));
const text = table(vectors, compared, rows, jsonOf('package.json').dependencies.oauth4webapi);

// A table with a difference that nobody explained is not written.
if (bless && complaints.length === 0) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  complaints.push(`${file} is not what came now: look at what \`run --bless\` changes`);
}
for (const complaint of complaints) console.error(`same answers: ${complaint}`);
if (complaints.length) process.exit(1);
console.log(`${compared.same.length} answers are the same, and each of ${rows.length} differences has its reason`);
