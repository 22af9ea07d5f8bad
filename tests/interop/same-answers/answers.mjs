// node answers.mjs FOLDER: their answers to the vectors in the folder, one line of JSON each.
import { jsonOf, vectorsOf } from './files.mjs';
import { answer } from './theirs/answer.mjs';
import { version } from './theirs/library.mjs';

const wanted = jsonOf('package.json').dependencies.oauth4webapi;
if (version !== wanted) {
  console.error(`same answers: oauth4webapi is ${version}, and not ${wanted}`);
  process.exit(1);
}

for (const vector of vectorsOf(process.argv[2])) {
  try {
    console.log(JSON.stringify(await answer(vector)));
  } catch (error) {
    throw new Error(`${vector.id}: ${error.message}`, { cause: error });
  }
}
