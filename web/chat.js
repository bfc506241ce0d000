import { field, guarded, h, newestInView, showProblem, time } from './dom.js';
import { newKey } from './session.js';

/** The words between an order's customer and its partner. */
export class Chat {
  #session;
  #path;
  #shown = new Set();
  #list = h('ol', { className: 'chat', role: 'log', 'aria-label': 'Chat', 'aria-live': 'polite' });
  #input = h('input', { id: 'chat-text', name: 'text', maxLength: 4000, required: true, autocomplete: 'off' });
  #button = h('button', {}, 'Send');
  #problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  #form = h(
    'form',
    { className: 'inline', onsubmit: (event) => this.#send(event) },
    field('Message', this.#input),
    this.#button,
  );
  #section = h('div', { hidden: true }, h('h3', {}, 'Chat'), this.#list, this.#form, this.#problem);

  constructor(session, orderId) {
    this.#session = session;
    this.#path = `orders/${orderId}/messages/`;
  }

  view() {
    return this.#section;
  }

  /** There is nobody to talk to before a partner is assigned. */
  setOpen(isOpen) {
    this.#section.hidden = !isOpen;
  }

  /** Only the two may; whoever else looks on sees what is said from now on. */
  async read() {
    if (this.#session.user.role === 'admin') return;
    try {
      const { results } = await this.#session.get(`${this.#path}?limit=100`);
      for (const message of results) this.show(message);
    } catch (error) {
      showProblem(this.#problem, error);
    }
  }

  /** A message may come twice: read and heard. */
  show({ id, sender_id: sender, text, created_at: at }) {
    if (this.#shown.has(id)) return;
    this.#shown.add(id);
    const isMine = sender === this.#session.user.id;
    const by = h('span', { className: 'quiet' }, isMine ? 'You' : 'The other side', ', ', time(at));
    this.#list.append(h('li', { className: isMine ? 'mine' : '' }, h('p', {}, text), by));
    newestInView(this.#list);
  }

  async #send(event) {
    event.preventDefault();
    await guarded(this.#button, this.#problem, async () => {
      const options = { body: { text: this.#input.value }, headers: { 'Idempotency-Key': newKey() } };
      const { body } = await this.#session.request('POST', this.#path, options);
      this.#input.value = '';
      this.show(body);
    });
    this.#input.focus();
  }
}
