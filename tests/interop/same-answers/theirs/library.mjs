// oauth4webapi, from the folder where `run` installed it.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const packages = process.env.SAME_ANSWERS_PACKAGES;
if (!packages) throw new Error('SAME_ANSWERS_PACKAGES names no folder: call `run`');

const require = createRequire(`${packages}/package.json`);

export const oauth = await import(pathToFileURL(require.resolve('oauth4webapi')));
export const { version } = require('oauth4webapi/package.json');
