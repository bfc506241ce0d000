import { spawnSync } from 'node:child_process';

/** Whether `docker` is installed and reaches an engine. */
export function hasContainerEngine(): boolean {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).status === 0;
}
