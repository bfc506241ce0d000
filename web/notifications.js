import { byId, h, showProblem, time, toast } from './dom.js';
import { LiveSocket } from './live-socket.js';

/** The user's notifications, loaded over REST and then followed from the position of that list. */
export class Notifications {
  #session;
  #onOrder;
  #onState;
  #socket = null;
  #unread = 0;
  /** Number of replayed messages still to come. The count in the greeting already includes them. */
  #replayed = 0;
  #shown = new Map();
  #list = h('ul', { className: 'notifications', role: 'list', 'aria-labelledby': 'notifications-title' });
  #count = h('span', { className: 'count', id: 'unread' });
  #problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  #readAll = h('button', { type: 'button', onclick: () => this.#markAllRead() }, 'Mark all read');

  /** `onOrder(id)`: called when a notification concerns this order. `onState`: see LiveSocket. */
  constructor({ session, onOrder, onState }) {
    this.#session = session;
    this.#onOrder = onOrder;
    this.#onState = onState;
  }

  view() {
    const title = h('h2', { id: 'notifications-title' }, 'Notifications ', this.#count);
    return h(
      'section',
      { className: 'card', id: 'notifications', 'aria-labelledby': 'notifications-title' },
      h('div', { className: 'card-head' }, title, this.#readAll),
      this.#problem,
      this.#list,
    );
  }

  async start() {
    const { body, headers } = await this.#session.request('GET', 'notifications/?limit=30');
    this.#list.replaceChildren();
    this.#shown.clear();
    for (const notification of body.results.toReversed()) this.#show(notification);
    this.#socket = new LiveSocket({
      session: this.#session,
      since: headers.get('X-Stream-Position'),
      address: (endpoints) => endpoints.notifications,
      onMessage: (message) => this.#receive(message),
      onState: this.#onState,
    });
    this.#socket.start();
  }

  stop() {
    this.#socket?.stop();
  }

  #receive(message) {
    if (message.type === 'connection_established') this.#established(message);
    if (message.type === 'unread_count') this.#setUnread(message.count);
    if (message.type === 'notification_read') this.#showRead(message);
    if (message.type === 'notification_deleted') this.#remove(message.notification_id);
    if (message.type === 'notification_archived') this.#remove(message.notification_id);
    if (message.type === 'notification_unarchived') this.#returned(message.notification);
    if (message.type === 'notification_retracted') this.#retracted(message);
    if (message.type === 'notification') this.#arrived(message.notification);
    if (message.type !== 'connection_established' && message.position !== undefined) this.#replayed -= 1;
  }

  #established({ unread_count: count, resumed, replayed }) {
    this.#setUnread(count);
    this.#replayed = resumed ? replayed : 0;
    if (!resumed) void this.#reload();
  }

  /** Missed messages are no longer in the log, so the list is loaded again. */
  async #reload() {
    const { results } = await this.#session.get('notifications/?limit=30');
    for (const notification of results.toReversed()) this.#show(notification);
  }

  #arrived(notification) {
    if (this.#shown.has(notification.id)) return;
    this.#show(notification);
    toast(`${notification.title}: ${notification.message}`);
    // The server publishes the count, except after a broadcast: then the client adds one itself.
    if (this.#replayed <= 0 && notification.broadcast && notification.stored) this.#setUnread(this.#unread + 1);
    const orderId = notification.data?.order_id;
    if (typeof orderId === 'string') this.#onOrder(orderId);
  }

  #show(notification, before = this.#list.firstChild) {
    const { id, title, message, notification_type: type, created_at: at } = notification;
    const { is_read: isRead, stored } = notification;
    const known = this.#shown.get(id);
    if (known) {
      if (isRead) this.#showAsRead(known);
      return;
    }
    const button = h('button', { type: 'button', 'aria-label': `Mark “${title}” as read` }, 'Mark read');
    button.addEventListener('click', () => this.#markRead(id, button));
    const item = h(
      'li',
      { 'data-id': id, className: isRead || !stored ? '' : 'unread' },
      h('h3', {}, title),
      h('p', {}, message),
      h('p', { className: 'quiet' }, h('code', {}, type), ' ', time(at)),
      isRead || !stored ? null : button,
    );
    this.#shown.set(id, item);
    this.#list.insertBefore(item, before);
  }

  async #markRead(id, button) {
    button.disabled = true;
    await this.#try(() => this.#session.request('POST', `notifications/${id}/read/`));
    button.disabled = false;
  }

  #markAllRead() {
    return this.#try(() => this.#session.request('POST', 'notifications/read-all/'));
  }

  async #try(work) {
    showProblem(this.#problem, null);
    await work().catch((error) => showProblem(this.#problem, error));
  }

  /** Shows notifications as read when the socket reports it, whether this or another device marked them. */
  #showRead({ all, notification_id: id }) {
    const items = all ? [...this.#shown.values()] : [this.#shown.get(id)];
    for (const item of items) if (item) this.#showAsRead(item);
  }

  /** Ids sort by time, and a notification from the archive is older than others. */
  #returned(notification) {
    const older = [...this.#list.children].find((other) => other.dataset.id < notification.id) ?? null;
    this.#show(notification, older);
  }

  #retracted({ notification_id: id, broadcast }) {
    const wasUnread = this.#shown.get(id)?.classList.contains('unread');
    this.#remove(id);
    // As for the broadcast itself, the server publishes no count.
    if (this.#replayed <= 0 && broadcast && wasUnread) this.#setUnread(this.#unread - 1);
  }

  #remove(id) {
    const item = this.#shown.get(id);
    if (!item) return;
    if (item.contains(document.activeElement)) byId('main').focus();
    item.remove();
    this.#shown.delete(id);
  }

  #showAsRead(item) {
    const button = item.querySelector('button');
    const hadFocus = button !== null && button === document.activeElement;
    button?.remove();
    item.classList.remove('unread');
    if (hadFocus) (this.#list.querySelector('button') ?? byId('main')).focus();
  }

  #setUnread(count) {
    this.#unread = count;
    this.#count.textContent = count === 0 ? 'none unread' : `${count} unread`;
    this.#readAll.disabled = count === 0;
    document.title = count === 0 ? 'Tidings' : `(${count}) Tidings`;
  }
}
