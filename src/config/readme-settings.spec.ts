import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { Settings } from './settings.js';
import { variablesOf } from './variable.js';

const ROW = /^\| `([A-Z][A-Z0-9_]+)` +\| *(?:`([^`]*)`)? *\|/gm;

it('README.md lists every variable, and no other, with its true default', () => {
  const rows = [...readFileSync('README.md', 'utf8').matchAll(ROW)].map(
    ([, name, value]) => `${name ?? ''}=${value ?? ''}`,
  );
  const variables = variablesOf(Settings).map((variable) => `${variable.name}=${variable.default ?? ''}`);
  expect(rows.sort()).toEqual(variables.sort());
});
