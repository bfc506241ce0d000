import { h, money, showProblem, time } from '../dom.js';

/** The user's orders. Changes appear after `refresh`, or after `update` with known members. */
export class OrderList {
  #session;
  #onOpen;
  #onListed;
  #open = null;
  #items = new Map();
  #list = h('ul', { className: 'orders', role: 'list', 'aria-labelledby': 'orders-title' });
  #problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  #empty = h('p', { className: 'quiet', hidden: true }, 'No orders yet.');

  /** `onOpen(id)`: the user selected an order. `onListed(orders)`: the list was loaded. */
  constructor({ session, onOpen, onListed }) {
    this.#session = session;
    this.#onOpen = onOpen;
    this.#onListed = onListed;
  }

  view() {
    const refresh = h('button', { type: 'button', onclick: () => this.refresh() }, 'Refresh');
    return h(
      'section',
      { className: 'card', id: 'orders', 'aria-labelledby': 'orders-title' },
      h('div', { className: 'card-head' }, h('h2', { id: 'orders-title' }, 'Orders'), refresh),
      this.#problem,
      this.#empty,
      this.#list,
    );
  }

  async refresh() {
    try {
      const { results } = await this.#session.get('orders/?limit=50');
      this.#show(results);
      this.#onListed(results);
      showProblem(this.#problem, null);
    } catch (error) {
      showProblem(this.#problem, error);
    }
  }

  /** Updates changed members of an order. */
  update({ id, status, status_display: display }) {
    const item = this.#items.get(id);
    if (item) showStatus(item, status, display);
  }

  /** Marks the open order; null: none is open. */
  mark(id) {
    this.#open = id;
    for (const [key, item] of this.#items) item.querySelector('button').setAttribute('aria-current', key === id);
  }

  /** Updates the list in place, so that the focus does not move. */
  #show(orders) {
    const ids = new Set(orders.map(({ id }) => id));
    for (const [id, item] of this.#items) {
      if (ids.has(id)) continue;
      item.remove();
      this.#items.delete(id);
    }
    orders.forEach((order, index) => {
      const item = this.#items.get(order.id) ?? this.#add(order);
      showStatus(item, order.status, order.status_display);
      if (this.#list.children[index] !== item) this.#list.insertBefore(item, this.#list.children[index] ?? null);
    });
    this.#empty.hidden = orders.length > 0;
    this.mark(this.#open);
  }

  #add({ id, pickup_address: from, delivery_address: to, total, currency, created_at: at }) {
    const button = h(
      'button',
      { type: 'button', className: 'order', onclick: () => this.#onOpen(id) },
      h('span', { className: 'status' }),
      h('span', { className: 'way' }, `${from} → ${to}`),
      h('span', { className: 'quiet' }, money(total, currency), ', ', time(at)),
    );
    const item = h('li', { 'data-id': id }, button);
    this.#items.set(id, item);
    return item;
  }
}

function showStatus(item, status, display) {
  const badge = item.querySelector('.status');
  badge.textContent = display;
  badge.dataset.status = status;
}
