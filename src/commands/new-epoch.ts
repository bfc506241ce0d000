import type { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { renewEpoch } from '../streams/position/epoch-store.js';

/** Implements `node dist/main.js new-epoch`, which operators run after restoring a backup. Throws DatabaseStartFailed. */
export async function newEpoch({ database: { databaseUrl } }: Settings): Promise<void> {
  const database = await Database.open(databaseUrl);
  try {
    const epoch = await renewEpoch(database);
    process.stdout.write(
      [
        `The log has a new epoch, ${epoch}.`,
        'Positions that clients hold are no longer valid. Each client receives "resumed": false and reads its state over REST.',
        'Running nodes detect this within 3 seconds and close their sockets with code 1012. They need no restart.',
        '',
      ].join('\n'),
    );
  } finally {
    await database.close();
  }
}
