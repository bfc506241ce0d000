import { guarded, h, showProblem, time } from '../dom.js';
import { newKey } from '../session.js';

const ENDED = ['completed', 'cancelled'];

/** Links with which anyone can follow the order, for its customer and administrators. */
export class SharePanel {
  #session;
  #path;
  #list = h('ul', { className: 'history', 'aria-label': 'Open links' });
  #problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  #button = h('button', { type: 'button', onclick: () => this.#share() }, 'Share a link');
  #section = h('div', { hidden: true }, h('h3', {}, 'Share links'), this.#list, this.#button, this.#problem);

  constructor(session, orderId) {
    this.#session = session;
    this.#path = `orders/${orderId}/share/`;
  }

  view() {
    return this.#section;
  }

  /** Hidden when the order has ended, because links no longer work then. */
  showFor({ status }) {
    this.#section.hidden = this.#session.user.role === 'partner' || ENDED.includes(status);
  }

  async read() {
    if (this.#session.user.role === 'partner') return;
    try {
      const { results } = await this.#session.get(`${this.#path}?limit=100`);
      this.#list.replaceChildren(...results.map((share) => this.#item(share)));
    } catch (error) {
      showProblem(this.#problem, error);
    }
  }

  #share() {
    return guarded(this.#button, this.#problem, async () => {
      const options = { body: {}, headers: { 'Idempotency-Key': newKey() } };
      await this.#session.request('POST', this.#path, options);
      await this.read();
    });
  }

  #item({ id, url, created_at: at }) {
    const revoke = h('button', { type: 'button', 'aria-label': 'Revoke the link' }, 'Revoke');
    revoke.addEventListener('click', () =>
      guarded(revoke, this.#problem, async () => {
        await this.#session.request('DELETE', `${this.#path}${id}/`);
        await this.read();
      }),
    );
    const link = h('a', { href: url, target: '_blank', rel: 'noopener' }, 'Follow page');
    return h('li', { 'data-share': id }, link, ' of ', time(at), ' ', revoke);
  }
}
