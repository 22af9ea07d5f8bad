import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/// A file beside this one.
export function jsonOf(name) {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
}

/// The vectors of a folder.
export function vectorsOf(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json')).sort();
  return files.flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

/// Answers by the id of their vector.
export function answersOf(file) {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line)).map((answer) => [answer.id, answer]));
}
