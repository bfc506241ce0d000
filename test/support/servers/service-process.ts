import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CompiledSources } from './compiled-sources.js';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

/** A node of the service as a process of its own, for stories of signals and crashes. */
export interface ServiceProcess {
  readonly url: string;
  readonly port: number;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** Runs `node dist/main.js` with these variables (and none of ours) on a free port, or on PORT; resolves once it is ready. */
export async function startService(
  compiled: CompiledSources,
  environment: Readonly<Record<string, string>>,
): Promise<ServiceProcess> {
  // '0' is what a stack gives its own nodes.
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
