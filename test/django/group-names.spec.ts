import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUserId } from '../../src/auth/users/user-id.js';
import { userNotificationsGroup } from '../../src/streams/names/group-names.js';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/connecting.md'), 'utf8');
const MAIN = '\nimport json, sys\nprint(json.dumps([notifications_group(id) for id in json.load(sys.stdin)]))\n';

describe('names of groups in docs/connecting.md', () => {
  let program = '';

  beforeAll(() => {
    const [, code] = /```python\n(.*?)```/s.exec(PAGE) ?? [];
    program = (code ?? '') + MAIN;
  });

  const inPython = (ids: readonly string[]): string[] => {
    const output = execFileSync('python3', ['-c', program], { input: JSON.stringify(ids) });
    return JSON.parse(output.toString()) as string[];
  };

  it('are those of the service, computed by a Django project', () => {
    const known = ['7', 'auth0|64b7', '7_notifications', '-.7', '_notifications', 'ü', '👍', 'a\u200bb'];
    const lengths = Array.from({ length: 255 }, (_, length) => 'x'.repeat(length + 1));
    const random = fc.sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }).filter(isUserId), 1_000);
    const ids = [...known, ...lengths, ...lengths.map((id) => `|${id.slice(1)}`), ...random];
    expect(inPython(ids)).toEqual(ids.map(userNotificationsGroup));
  });

  it('are those of the table', () => {
    const rows = [...PAGE.matchAll(/^\| `(\S+)` \| `(user_\S+)` \|$/gm)].map(([, id = '', group = '']) => [
      id.replaceAll('\\|', '|'),
      group,
    ]);
    expect(rows).toHaveLength(3);
    expect(rows.map(([id = '']) => [id, userNotificationsGroup(id)])).toEqual(rows);
  });
});
