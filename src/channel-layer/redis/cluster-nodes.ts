import type { Cluster, Redis } from 'ioredis';

/**
 * Connects to every node of a cluster as it becomes known, not with its first command: commands that come while that one
 * still connects would be retried later, in another order.
 */
export function connectEagerly(cluster: Cluster): void {
  cluster.on('+node', (node: Redis) => {
    if (node.status === 'wait') node.connect().catch(() => undefined);
  });
}

/** Resolves once every known master is connected, or when the time is over. */
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
