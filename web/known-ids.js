import { h } from './dom.js';

/**
 * Ids seen in this browser, with a name where one is known: suggestions for the admin's forms, since ids are nothing to
 * type. Kept in localStorage, so that the admin's tab knows who signed in in another one.
 */
export class KnownIds {
  #key;

  constructor(kind) {
    this.#key = `tidings.known.${kind}`;
  }

  /** A name given earlier stays unless a new one is given. */
  add(id, name = '') {
    const known = this.#all();
    if (!id || (known[id] !== undefined && name === '')) return;
    localStorage.setItem(this.#key, JSON.stringify({ ...known, [id]: name }));
  }

  /** Any, or undefined. */
  first() {
    return Object.keys(this.#all())[0];
  }

  /** For `<input list>`. */
  list(id) {
    return h('datalist', { id }, ...Object.entries(this.#all()).map(([value, label]) => h('option', { value, label })));
  }

  #all() {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? '{}');
    } catch {
      return {};
    }
  }
}
