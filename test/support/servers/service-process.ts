import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledSources } from './compiled-sources.js';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

/** A node of the service in a separate process, for tests of signals and crashes. */
export interface ServiceProcess {
  readonly url: string;
  readonly port: number;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Runs `node dist/main.js` with only these variables on a free port, or on PORT. Resolves when it is ready. */
export async function startService(
  compiled: CompiledSources,
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  // A stack sets '0' for its own nodes.
  const port = Number(environment.PORT ?? 0) || (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const service = new ServerProcess({
    command: process.execPath,
    args: [join(compiled.folder, 'dist/main.js')],
    env: { ...environment, PORT: String(port) },
    stopSignal: 'SIGTERM',
    directory: mkdtempSync(join(tmpdir(), 'tidings-service-')),
    probe: async () => {
      const { status } = await fetch(`${url}/health/ready`);
      if (status !== 200) throw new Error(`/health/ready answers ${status}`);
    },
  });
  await service.start();
  return { url, port, stop: () => service.stop(), kill: () => service.kill() };
}
