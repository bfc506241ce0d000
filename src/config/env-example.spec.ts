import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Settings } from './settings.js';
import { variablesOf } from './variable.js';

/** `NAME` or `#NAME` at the start of a line -> what follows the equals sign. */
function documented(): Map<string, string> {
  const text = readFileSync('.env.example', 'utf8');
  return new Map(
    [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name ?? '', value ?? '']),
  );
}

describe('.env.example', () => {
  it('lists every variable, and no other', () => {
    expect([...documented().keys()].sort()).toEqual(
      variablesOf(Settings)
        .map(({ name }) => name)
        .sort(),
    );
  });

  it('shows the true defaults', () => {
    const shown = documented();
    for (const variable of variablesOf(Settings)) {
      expect(`${variable.name}=${shown.get(variable.name) ?? ''}`).toBe(`${variable.name}=${variable.default ?? ''}`);
    }
  });
});
