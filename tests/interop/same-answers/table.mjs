// DIFFERENCES.md: what was compared, and every difference with its reason.

const LONGEST = 90;

export function table(vectors, compared, rows, version) {
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  const different = new Set(rows.map((row) => row.id)).size;
  const { same, byOutcomeAlone, notTheirs, notOurs } = compared;
  return `# Where oauth4webapi answers otherwise

Written by \`tests/interop/same-answers/run --bless\`; do not edit. Our harness (\`tests/vectors.rs\`) and npm \`oauth4webapi\`
${version} were given the same ${vectors.length} protocol vectors (\`tests/vectors/*.json\`).

| | vectors |
| --- | --: |
| the same answer | ${same.length} |
| another answer: see the table | ${different} |
| oauth4webapi has no words for it | ${notTheirs.length} |
| we do not have it yet | ${notOurs.length} |

Answers are the same where both lead on with the same facts, as far as both state them, or where both refuse for the same
kind of fault. Of ${byOutcomeAlone.length} refusals one side names no kind, and only that both refuse was compared: ${byOutcomeAlone.join(', ')}.

oauth4webapi has no words for:
${listed(notTheirs)}

We do not have yet:
${listed(notOurs)}

## Every difference

| vector | what it asks | ours | theirs | the vector says | reason |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => line(row, byId.get(row.id))).join('\n')}
`;
}

function listed(left) {
  const names = [...new Set(left.map(({ what }) => what))].sort();
  return names
    .map((name) => left.filter(({ what }) => what === name))
    .map((each) => `- ${each[0].what} (${each.length})${each[0].why ? `: ${each[0].why}` : ''}`)
    .join('\n');
}

function line({ id, at, ours, theirs, reason }, { why, expect, level }) {
  const fact = ['outcome', 'kind'].includes(at) ? '' : `${at} `;
  const answers = [ours, theirs].map((answer) => `\`${fact}${cut(answer)}\``);
  return `| ${[id, why, ...answers, `${expect} (${level})`, reason].map(cell).join(' | ')} |`;
}

const cut = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
