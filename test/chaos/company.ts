import { must } from '../support/clients/rest.js';
import { ChaosClient } from './chaos-client.js';
import { Link } from './faults/link.js';
import type { Stage } from './stage.js';
import type { Audience } from './verdict.js';
import { Writer } from './writer.js';

const LINKS = 8;
const ORDER = { pickup_address: 'a', delivery_address: 'b', items: [{ name: 'c', quantity: 1, unit_price: 1 }] };

/**
 * Clients behind proxies, and a writer. Each client has a socket for notifications; one in four follows an order
 * instead.
 */
export interface Company {
  readonly links: readonly Link[];
  readonly audience: readonly Audience[];
  readonly writer: Writer;
}

export async function gather(stage: Stage, size: number, filler = ''): Promise<Company> {
  await stage.invite(size);
  const links = await openLinks(stage);
  const orders: { id: string; token: string }[] = [];
  const audience: Audience[] = [];
  for (let n = 0; n < size; n += 1) {
    const token = await stage.token(`u${n}`);
    const order = n % 4 === 3 ? await placeOrder(stage, token) : null;
    if (order) orders.push({ id: order.id, token });
    const path = order ? `/ws/orders/${order.id}/` : '/ws/notifications/';
    const streams = order ? [`order_${order.id}`] : [`user_u${n}`, 'notifications'];
    const link = links[n % LINKS] as Link;
    audience.push({ client: new ChaosClient(() => link.url, path, token), streams });
  }
  await Promise.all(audience.map(({ client }) => client.start()));
  return { links, audience, writer: new Writer(stage, await stage.token('root', 'admin'), size, orders, filler) };
}

export function dismiss({ audience, links }: Company): void {
  for (const { client } of audience) client.stop();
  for (const link of links) link.close();
}

/** Each proxy connects to any running node. */
async function openLinks(stage: Stage): Promise<Link[]> {
  let turn = 0;
  const target = (): number | null => {
    const url = stage.url((turn += 1));
    return url === null ? null : Number(new URL(url).port);
  };
  const links = Array.from({ length: LINKS }, () => new Link(target));
  await Promise.all(links.map((link) => link.open()));
  return links;
}

function placeOrder(stage: Stage, token: string): Promise<{ id: string }> {
  return must<{ id: string }>(stage.url(0) ?? '', 'POST /api/orders/', { token, body: ORDER });
}
