import type { Settings } from '../config/settings.js';
import { CommandRejected } from './command-rejected.js';
import { createApiKey } from './create-api-key.js';
import { createAdmin } from './create-admin.js';
import { newEpoch } from './new-epoch.js';

interface Command {
  /** The names of the arguments. All are required. */
  readonly usage: readonly string[];
  run(settings: Settings, ...given: string[]): Promise<void>;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['create-admin', { usage: ['EMAIL'], run: (settings, email = '') => createAdmin(settings, email) }],
  [
    'create-api-key',
    {
      usage: ['NAME', 'SCOPES'],
      run: (settings, name = '', scopes = '') => createApiKey(settings, name, scopes),
    },
  ],
  ['new-epoch', { usage: [], run: newEpoch }],
]);

/** The command that these words of a command line call, with its arguments. Throws CommandRejected. */
export function findCommand([name = '', ...given]: readonly string[]): (settings: Settings) => Promise<void> {
  const command = COMMANDS.get(name);
  if (!command) {
    const names = [...COMMANDS.keys()].join(', ');
    throw new CommandRejected(
      `Unknown command "${name}". Run without a command to start the service, or with: ${names}.`,
    );
  }
  if (given.length !== command.usage.length) {
    throw new CommandRejected(`Usage: node dist/main.js ${[name, ...command.usage].join(' ')}`);
  }
  return (settings) => command.run(settings, ...given);
}
