import { isProductionNamed, readEnvironment } from './config/environment.js';
import { InvalidSettings } from './config/values/invalid-settings.js';
import { loadSettings } from './config/load-settings.js';
import { createApp } from './create-app.js';
import { DatabaseStartFailed } from './database/backend/database-start-failed.js';
import { PublishedDemoAccounts } from './demo/published-accounts.js';
import { sizeHeapFor } from './heap-growth.js';
import { CommandRejected } from './commands/command-rejected.js';
import { findCommand } from './commands/commands.js';
import { shutDownOnSignals } from './shut-down.js';
import { logProcessEvents, startOutput } from './logging/start-output.js';

/** Problems that the operator can solve are reported as lines without a stack trace. */
function startProblem(error: unknown): readonly string[] | Error {
  if (error instanceof InvalidSettings) return error.problems;
  if (error instanceof DatabaseStartFailed || error instanceof CommandRejected) return [error.message];
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
 * Starts the service and prints its address, or runs the command that the arguments call. If there is a problem, prints it
 * and ends the process with code 1.
 */
export async function start(words = process.argv.slice(2)): Promise<void> {
  const isProduction = isProductionNamed();
  const output = startOutput(isProduction);
  logProcessEvents(isProduction);
  try {
    const command = words.length > 0 ? findCommand(words) : null;
    const settings = loadSettings(readEnvironment());
    if (command) {
      await command(settings);
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
