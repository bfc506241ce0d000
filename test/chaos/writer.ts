import { rest } from '../support/clients/rest.js';
import type { Stage } from './stage.js';

const MOST_AT_ONCE = 100;
const DEADLINE_MS = 15_000;

/** Writes over REST at a constant rate, whatever the answers, and remembers the writes that were answered with 201. */
export class Writer {
  /** The text of every write that was answered with 201, by its target: a user, an order, or `broadcast`. */
  readonly accepted = new Map<string, string>();
  readonly answers = new Map<string, number>();
  private sent = 0;
  private underWay = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly stage: Stage,
    private readonly admin: string,
    private readonly users: number,
    private readonly orders: readonly { readonly id: string; readonly token: string }[],
    private readonly filler = '',
  ) {}

  start(perSecond: number): void {
    const began = Date.now();
    const before = this.sent;
    this.timer = setInterval(() => {
      const due = before + ((Date.now() - began) / 1_000) * perSecond;
      // Writes that could not be sent in time are omitted, so that they are not sent all at once later.
      while (this.sent < due && this.underWay < MOST_AT_ONCE) void this.write();
    }, 5);
  }

  /** Resolves when the last answer has arrived. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    while (this.underWay > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** Sends one write. Returns its status, or a word if there is no answer. */
  async write(to?: string): Promise<string> {
    const n = (this.sent += 1);
    this.underWay += 1;
    const { target, line, token, body } = this.compose(n, to);
    const answer = await this.send(this.stage.url(n), line, token, body);
    this.underWay -= 1;
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    if (answer === '201') this.accepted.set(`w${n}`, target);
    return answer;
  }

  private compose(n: number, to?: string): { target: string; line: string; token: string; body: object } {
    const order = this.orders[n % Math.max(this.orders.length, 1)];
    if (to === undefined && order && n % 8 === 0) {
      const line = `POST /api/orders/${order.id}/messages/`;
      return { target: `order_${order.id}`, line, token: order.token, body: { text: `w${n}` } };
    }
    const userId = to ?? `u${n % this.users}`;
    const isBroadcast = to === undefined ? n % 20 === 1 : to === 'broadcast';
    return {
      target: isBroadcast ? 'notifications' : `user_${userId}`,
      line: 'POST /api/notifications/',
      token: this.admin,
      body: {
        ...(isBroadcast ? { broadcast: true } : { user_id: userId }),
        notification_type: 'general',
        title: `w${n}`,
        message: `m${this.filler}`,
      },
    };
  }

  private async send(url: string | null, line: string, token: string, body: object): Promise<string> {
    if (url === null) return 'no node';
    const late = new Promise<string>((resolve) => setTimeout(() => resolve('no answer in time'), DEADLINE_MS).unref());
    const answered = rest(url, line, { token, body }).then(
      ({ status }) => String(status),
      () => 'connection lost',
    );
    return Promise.race([answered, late]);
  }
}
