import { transformSync, version } from '@swc/core';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/tidings-tests/', import.meta.url));
const OPTIONS = {
  sourceMaps: true,
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
};
const SEED = version + JSON.stringify(OPTIONS);

/** The JavaScript of a TypeScript file, from the cache if it was compiled before. */
export function compiled(path) {
  const text = readFileSync(path, 'utf8');
  const file = cacheFile(path, text);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { code, map } = transformSync(text, { ...OPTIONS, filename: path, configFile: false, swcrc: false });
  write(`${file}.map`, map);
  write(file, code);
  return code;
}

/** The source map file for the address of a module; undefined if the module is not TypeScript. */
export function sourceMapOf(address) {
  if (!/^file:.*\.ts(\?|$)/.test(address)) return undefined;
  const path = fileURLToPath(address.replace(/\?.*/, ''));
  return existsSync(path) ? `${cacheFile(path, readFileSync(path, 'utf8'))}.map` : undefined;
}

function cacheFile(path, text) {
  const key = createHash('sha256').update(SEED).update(path).update(text).digest('hex');
  return join(FOLDER, key.slice(0, 2), `${key.slice(2)}.js`);
}

/** Workers may compile the same file at the same time; a rename prevents that one reads an incomplete file. */
function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${String(process.pid)}`;
  writeFileSync(draft, text);
  renameSync(draft, file);
}
