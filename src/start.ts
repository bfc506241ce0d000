import { isProductionNamed, readEnvironment } from './config/environment.js';
import { InvalidSettings } from './config/invalid-settings.js';
import { loadSettings } from './config/load-settings.js';
import { createApp } from './create-app.js';
import { DatabaseStartFailed } from './database/database-start-failed.js';
import { PublishedDemoAccounts } from './demo/published-accounts.js';
import { sizeHeapFor } from './heap-growth.js';
import { shutDownOnSignals } from './shut-down.js';
import { logProcessEvents, startOutput } from './start-output.js';

/** Problems that a person can solve become lines without a stack trace. */
function startProblem(error: unknown): readonly string[] | Error {
  if (error instanceof InvalidSettings) return error.problems;
  if (error instanceof DatabaseStartFailed) return [error.message];
  if (error instanceof PublishedDemoAccounts) return error.message.split('\n');
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'EADDRINUSE') return [`PORT: ${String(address)}:${String(port)} is taken by another process.`];
  if (code === 'EADDRNOTAVAIL') return [`HOST: ${String(address)} is not an address of this machine.`];
  if (code === 'EACCES') return [`PORT: this user may not listen on ${String(address)}:${String(port)}.`];
  return error instanceof Error ? error : [String(error)];
}

/** Starts the service and prints where it listens; with a problem, prints that and ends the process with code 1. */
export async function start(): Promise<void> {
  const isProduction = isProductionNamed();
  const output = startOutput(isProduction);
  logProcessEvents(isProduction);
  try {
    const settings = loadSettings(readEnvironment());
    sizeHeapFor(settings.roles);
    const app = await createApp(settings);
    shutDownOnSignals(app, settings);
    await app.listen(settings.port, settings.host);
    const address = app.getHttpServer().address();
    const port = typeof address === 'object' && address ? address.port : settings.port;
    const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
    output.ready(`listening on http://${host}:${String(port)}`);
  } catch (error) {
    output.failed(startProblem(error));
    process.exit(1);
  }
}
