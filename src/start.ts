import { isProductionNamed, readEnvironment } from './config/environment.js';
import { InvalidSettings } from './config/values/invalid-settings.js';
import { loadSettings } from './config/load-settings.js';
import { createApp } from './create-app.js';
import { DatabaseStartFailed } from './database/backend/database-start-failed.js';
import { PublishedDemoAccounts } from './demo/published-accounts.js';
import { sizeHeapFor } from './heap-growth.js';
import { newEpoch } from './commands/new-epoch.js';
import { shutDownOnSignals } from './shut-down.js';
import { logProcessEvents, startOutput } from './logging/start-output.js';

class UnknownCommand extends Error {
  constructor(command: string) {
    super(`Unknown command "${command}". Run without a command to start the service, or with: new-epoch.`);
  }
}

/** Problems that the operator can solve are reported as lines without a stack trace. */
function startProblem(error: unknown): readonly string[] | Error {
  if (error instanceof InvalidSettings) return error.problems;
  if (error instanceof DatabaseStartFailed || error instanceof UnknownCommand) return [error.message];
  if (error instanceof PublishedDemoAccounts) return error.message.split('\n');
  const { code, syscall, address, port, hostname } = error as ListenError;
  if (syscall === 'getaddrinfo') return [`HOST: ${String(hostname)} cannot be resolved (${String(code)}).`];
  if (code === 'EADDRINUSE') return [`PORT: ${String(address)}:${String(port)} is in use by another process.`];
  if (code === 'EADDRNOTAVAIL') return [`HOST: ${String(address)} is not an address of this machine.`];
  if (code === 'EACCES') return [`PORT: this user may not listen on ${String(address)}:${String(port)}.`];
  return error instanceof Error ? error : [String(error)];
}

interface ListenError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
  readonly hostname?: string;
}

/**
 * Starts the service and prints its address, or runs the command that the first argument names. If there is a problem, prints it
 * and ends the process with code 1.
 */
export async function start(command = process.argv[2]): Promise<void> {
  const isProduction = isProductionNamed();
  const output = startOutput(isProduction);
  logProcessEvents(isProduction);
  try {
    if (command !== undefined && command !== 'new-epoch') throw new UnknownCommand(command);
    const settings = loadSettings(readEnvironment());
    if (command === 'new-epoch') {
      await newEpoch(settings);
      return;
    }
    sizeHeapFor(settings.process.roles);
    const app = await createApp(settings);
    shutDownOnSignals(app, settings);
    await app.listen(settings.process.port, settings.process.host);
    const address = app.getHttpServer().address();
    const port = typeof address === 'object' && address ? address.port : settings.process.port;
    const host = settings.process.host.includes(':') ? `[${settings.process.host}]` : settings.process.host;
    output.ready(`listening on http://${host}:${String(port)}`);
  } catch (error) {
    output.failed(startProblem(error));
    process.exit(1);
  }
}
