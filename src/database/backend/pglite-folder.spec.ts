import { expect, it } from '@jest/globals';
import { createPgliteFolder } from './pglite-folder.js';

it('says in one line why the folder of a new database cannot be created', async () => {
  // No user may create folders there.
  await expect(createPgliteFolder('/sys/tidings')).rejects.toThrow(/^(EACCES|EPERM|EROFS)[^\n]*$/);
});
