import type { Cluster, Redis } from 'ioredis';

/**
 * Connects to every cluster node when it becomes known instead of with its first command: commands sent during that connect
 * would be retried later, in a different order.
 */
export function connectEagerly(cluster: Cluster): void {
  cluster.on('+node', (node: Redis) => {
    if (node.status === 'wait') node.connect().catch(() => undefined);
  });
}

/** Resolves when every known master is connected, or after the given time. */
export async function untilMastersReady(cluster: Cluster, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([Promise.all(cluster.nodes('master').map(untilReady)), deadline]);
  clearTimeout(timer);
}

async function untilReady(node: Redis): Promise<void> {
  if (node.status === 'ready') return;
  await new Promise<void>((resolve) => {
    node.once('ready', resolve);
    node.once('end', resolve);
  });
}
