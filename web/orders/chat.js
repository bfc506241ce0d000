import { field, guarded, h, newestInView, showProblem, time } from '../dom.js';
import { newKey } from '../session.js';

/** How often `typing` is sent, and how long a received one is shown, in milliseconds. */
const TYPING_EVERY = 3_000;
const TYPING_HOLDS = 10_000;

/** The chat between an order's customer and its partner, with read marks and typing indicators. */
export class Chat {
  #session;
  #path;
  /** Sends messages such as `{type: "typing"}` on the order's socket. */
  #say;
  /** The list items of messages by message id, in the order of the list. */
  #shown = new Map();
  #typingSaidAt = 0;
  #typingTimer = 0;
  #typing = h('p', { className: 'quiet', id: 'typing', 'aria-live': 'polite' });
  #list = h('ol', { className: 'chat', role: 'log', 'aria-label': 'Chat', 'aria-live': 'polite' });
  #input = h('input', { id: 'chat-text', name: 'text', maxLength: 4000, required: true, autocomplete: 'off' });
  #button = h('button', {}, 'Send');
  #problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  #form = h(
    'form',
    { className: 'inline', onsubmit: (event) => this.#send(event), oninput: () => this.#sayTyping() },
    field('Message', this.#input),
    this.#button,
  );
  #section = h('div', { hidden: true }, h('h3', {}, 'Chat'), this.#list, this.#typing, this.#form, this.#problem);

  /** `say(message)`: sends a message on the order's socket. */
  constructor(session, orderId, say) {
    this.#session = session;
    this.#say = say;
    this.#path = `orders/${orderId}/messages/`;
  }

  view() {
    return this.#section;
  }

  /** The chat is hidden until a partner is assigned. */
  setOpen(isOpen) {
    this.#section.hidden = !isOpen;
  }

  /** Loads the chat. Administrators only see messages that arrive from now on. */
  async read() {
    if (this.#session.user.role === 'admin') return;
    try {
      const { results } = await this.#session.get(`${this.#path}?limit=100`);
      for (const message of results) this.show(message);
    } catch (error) {
      showProblem(this.#problem, error);
    }
  }

  /** A message may arrive twice: over REST and over the socket. */
  show({ id, sender_id: sender, text, created_at: at, read_at: readAt }) {
    if (this.#shown.has(id)) return;
    const isMine = sender === this.#session.user.id;
    const by = h('span', { className: 'quiet' }, isMine ? 'You' : 'The other side', ', ', time(at));
    const item = h('li', { className: isMine ? 'mine' : '' }, h('p', {}, text), by);
    this.#shown.set(id, item);
    this.#list.append(item);
    newestInView(this.#list);
    if (isMine && readAt) markRead(item, readAt);
    if (!isMine) this.#showTyping(false);
    if (!isMine && !readAt) this.#sayRead(id);
  }

  /** The other participant has read up to this message. */
  showRead({ user_id: reader, message_id: last, read_at: at }) {
    if (reader === this.#session.user.id) return;
    for (const [id, item] of this.#shown) {
      if (item.className === 'mine') markRead(item, at);
      if (id === last) return;
    }
  }

  /** The other participant is typing, or has stopped. */
  showTyping({ is_typing: isTyping }) {
    this.#showTyping(isTyping);
  }

  #showTyping(isTyping) {
    clearTimeout(this.#typingTimer);
    this.#typing.textContent = isTyping ? 'The other side is typing…' : '';
    if (isTyping) this.#typingTimer = setTimeout(() => this.#showTyping(false), TYPING_HOLDS);
  }

  #sayTyping() {
    if (Date.now() - this.#typingSaidAt < TYPING_EVERY) return;
    this.#typingSaidAt = Date.now();
    this.#say({ type: 'typing', is_typing: true });
  }

  /** A message counts as read once the page is visible. */
  #sayRead(id) {
    if (this.#session.user.role === 'admin') return;
    if (document.visibilityState === 'visible') this.#say({ type: 'chat_read', message_id: id });
    else document.addEventListener('visibilitychange', () => this.#sayRead(id), { once: true });
  }

  async #send(event) {
    event.preventDefault();
    await guarded(this.#button, this.#problem, async () => {
      const options = { body: { text: this.#input.value }, headers: { 'Idempotency-Key': newKey() } };
      const { body } = await this.#session.request('POST', this.#path, options);
      this.#input.value = '';
      this.#typingSaidAt = 0;
      this.show(body);
    });
    this.#input.focus();
  }
}

function markRead(item, at) {
  if (!item.querySelector('.read')) item.append(h('span', { className: 'quiet read' }, ', read ', time(at)));
}
