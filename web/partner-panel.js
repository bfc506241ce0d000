import { h, money, toast } from './dom.js';
import { LiveSocket } from './live-socket.js';

/** Live earnings of a partner. Calls `onOrder(order)` for newly assigned orders. */
export class PartnerPanel {
  #session;
  #onOrder;
  #partners;
  #socket;
  #currency = null;
  #total = h('p', { className: 'now', id: 'earnings', 'aria-live': 'polite' });
  #id = h('code', { id: 'partner-id' });

  /** `partners`: stores this partner's id, for the admin's form. */
  constructor({ session, onOrder, partners }) {
    this.#session = session;
    this.#onOrder = onOrder;
    this.#partners = partners;
    this.#socket = new LiveSocket({
      session,
      address: (endpoints) => endpoints.partner,
      onMessage: (message) => this.#receive(message),
    });
  }

  view() {
    return h(
      'section',
      { className: 'card', id: 'partner', 'aria-labelledby': 'partner-title' },
      h('h2', { id: 'partner-title' }, 'Earnings'),
      this.#total,
      h('p', { className: 'quiet' }, 'Orders are assigned to partner id ', this.#id),
    );
  }

  start() {
    this.#socket.start();
  }

  stop() {
    this.#socket.stop();
  }

  #receive(message) {
    if (message.type === 'connection_established') void this.#established(message);
    if (message.type === 'earnings_update') this.#showTotal(message.total);
    if (message.type !== 'new_order') return;
    const { pickup_address: from, delivery_address: to } = message.order;
    toast(`New order: ${from} → ${to}`);
    this.#onOrder(message.order);
  }

  async #established({ partner }) {
    this.#id.textContent = partner.id;
    this.#partners.add(partner.id, partner.name);
    const { total, currency } = await this.#session.get('partners/me/earnings/?limit=1');
    this.#currency = currency;
    this.#showTotal(total);
  }

  #showTotal(total) {
    if (this.#currency !== null) this.#total.textContent = `${money(total, this.#currency)} in all`;
  }
}
