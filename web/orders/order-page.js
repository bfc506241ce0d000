import { byId, h, money, showProblem, time } from '../dom.js';
import { Chat } from './chat.js';
import { LiveSocket } from '../live-socket.js';
import { LocationMap } from './location-map.js';
import { orderActions } from './order-actions.js';
import { SharePanel } from './share-panel.js';

/** The steps of an order. `cancelled` ends it immediately. */
const STEPS = [
  ['pending', 'Created'],
  ['confirmed', 'Confirmed'],
  ['picked_up', 'Picked up'],
  ['in_progress', 'In progress'],
  ['ready', 'Ready'],
  ['out_for_delivery', 'Out for delivery'],
  ['completed', 'Completed'],
];
const EVENTS = { created: 'Created', assigned: 'Assigned to a partner' };

/** A live order: its steps, its location, its chat, and the actions of this user. */
export class OrderPage {
  #session;
  #id;
  #onChange;
  #partners;
  #order = null;
  #socket;
  #reading = null;
  #readAgain = false;
  #steps = h('ol', { className: 'steps', 'aria-label': 'Progress' });
  #said = h('p', { className: 'now', id: 'order-status', 'aria-live': 'polite' });
  #facts = h('dl', { className: 'facts' });
  #actions = h('div', { className: 'actions', role: 'group', 'aria-label': 'Actions' });
  #history = h('ol', { className: 'history', 'aria-labelledby': 'history-title' });
  #problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  #state = h('span', { className: 'quiet' });
  #map = new LocationMap();
  #chat;
  #share;
  #present = h('p', { className: 'quiet', id: 'presence', 'aria-live': 'polite' });

  /** `onChange(members)`: called with changed members of the order. `partners`: known partners, for the admin's form. */
  constructor({ session, id, onChange, partners }) {
    this.#session = session;
    this.#id = id;
    this.#onChange = onChange;
    this.#partners = partners;
    this.#chat = new Chat(session, id, (message) => this.#socket.send(message));
    this.#share = new SharePanel(session, id);
    this.#socket = new LiveSocket({
      session,
      address: (endpoints) => endpoints.order_tracking.replace(/(\{|%7B)order_id(\}|%7D)/i, id),
      onMessage: (message) => this.#receive(message),
      onState: ({ words }) => (this.#state.textContent = words),
    });
  }

  view() {
    return h(
      'section',
      { className: 'card', id: 'order', 'aria-labelledby': 'order-title' },
      h('div', { className: 'card-head' }, h('h2', { id: 'order-title', tabIndex: -1 }, 'Order'), this.#state),
      this.#problem,
      this.#said,
      this.#present,
      this.#steps,
      this.#actions,
      this.#facts,
      h('h3', {}, 'Location'),
      this.#map.view(),
      this.#share.view(),
      this.#chat.view(),
      h('h3', { id: 'history-title' }, 'History'),
      this.#history,
    );
  }

  start() {
    this.#socket.start();
  }

  stop() {
    this.#socket.stop();
  }

  #receive(message) {
    if (message.type === 'connection_established') this.#established(message);
    if (message.type === 'order_update') this.#updated(message.update);
    if (message.type === 'location') this.#map.show(message);
    if (message.type === 'chat_message') this.#chat.show(message.message);
    if (message.type === 'chat_read') this.#chat.showRead(message);
    if (message.type === 'typing') this.#chat.showTyping(message);
    if (message.type === 'presence') this.#present.textContent = presence(message.participants);
  }

  /** The greeting contains the current order. Everything else that may have been missed is loaded again. */
  #established({ order, resumed }) {
    this.#order = order;
    this.#showOrder();
    void this.#readHistory();
    if (!resumed) void this.#chat.read();
    void this.#share.read();
    void this.#readPlace();
  }

  #updated({ status, status_display: display, partner_id: partnerId, updated_at: at }) {
    const members = { status, status_display: display, updated_at: at };
    this.#order = { ...this.#order, ...members, ...(partnerId !== undefined && { partner_id: partnerId }) };
    this.#showOrder();
    void this.#readHistory();
  }

  #showOrder() {
    const order = this.#order;
    this.#said.textContent = sentence(order);
    this.#steps.replaceChildren(...stepItems(order.status));
    this.#facts.replaceChildren(...facts(order));
    this.#showActions();
    this.#chat.setOpen(order.partner_id !== null && this.#session.user.role !== 'admin');
    this.#share.showFor(order);
    this.#onChange(order);
  }

  /** Pressing a button replaces it, so the focus is moved to its replacement. */
  #showActions() {
    const hadFocus = this.#actions.contains(document.activeElement);
    const options = { session: this.#session, problem: this.#problem, partners: this.#partners };
    this.#actions.replaceChildren(...orderActions(this.#order, options));
    if (hadFocus) (this.#actions.querySelector('button') ?? byId('order-title')).focus();
  }

  /** Shows the partner's location, or the complete track if the order has ended. */
  async #readPlace() {
    const hasEnded = ['completed', 'cancelled'].includes(this.#order.status);
    const { results } = await this.#session.get(`orders/${this.#id}/track/`);
    if (hasEnded) this.#map.showTrack(results);
    // Before the first point, the request for the location would be answered with 404.
    else if (results.length > 0) this.#map.show(await this.#session.get(`orders/${this.#id}/location/`));
  }

  /** Loads the history over REST, for its times and names. Calls during a request cause one further request. */
  async #readHistory() {
    this.#readAgain = this.#reading !== null;
    if (this.#reading) return;
    try {
      this.#reading = this.#session.get(`orders/${this.#id}/history/?limit=100`);
      const { results } = await this.#reading;
      this.#history.replaceChildren(
        ...results.map(({ event, status_display: display, created_at: at }) =>
          h('li', { 'data-event': event }, EVENTS[event] ?? display, ' ', time(at)),
        ),
      );
      showProblem(this.#problem, null);
    } catch (error) {
      showProblem(this.#problem, error);
    } finally {
      this.#reading = null;
    }
    if (this.#readAgain) await this.#readHistory();
  }
}

function presence(participants) {
  return participants.map(({ role, online }) => `The ${role} is ${online ? 'online' : 'offline'}.`).join(' ');
}

function sentence({ status, status_display: display, partner_id: partnerId }) {
  if (status === 'pending' && partnerId === null) return 'Pending, waiting for a partner.';
  if (status === 'pending') return 'Pending, assigned to a partner.';
  return `${display}.`;
}

function stepItems(status) {
  const reached = STEPS.findIndex(([name]) => name === status);
  const steps = STEPS.map(([name, label], index) => {
    const isDone = index < reached || status === 'completed';
    const state = isDone ? 'done' : index === reached ? 'current' : 'open';
    const item = h('li', { 'data-step': name, 'data-state': state }, label);
    if (index === reached) item.setAttribute('aria-current', 'step');
    return item;
  });
  if (status !== 'cancelled') return steps;
  return [h('li', { 'data-step': 'cancelled', 'data-state': 'stopped', 'aria-current': 'step' }, 'Cancelled')];
}

function facts({ id, pickup_address: from, delivery_address: to, items, total, currency, notes, partner_id: partner }) {
  const rows = [
    ['From', from],
    ['To', to],
    ['Items', items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')],
    ['Total', money(total, currency)],
    ['Notes', notes],
    ['Partner', partner],
    ['Id', id],
  ];
  return rows.filter(([, value]) => value).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]);
}
