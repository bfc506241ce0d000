import { h } from './dom.js';

/**
 * Ids seen in this browser, with names if known. They are suggested in the admin's forms, because ids are tedious to type. Stored in
 * localStorage, so that the admin's tab knows users who signed in in other tabs.
 */
export class KnownIds {
  #key;

  constructor(kind) {
    this.#key = `tidings.known.${kind}`;
  }

  /** Adds an id. Without a name, a known name is kept. */
  add(id, name = '') {
    const known = this.#all();
    if (!id || (known[id] !== undefined && name === '')) return;
    localStorage.setItem(this.#key, JSON.stringify({ ...known, [id]: name }));
  }

  /** The first known id, or undefined. */
  first() {
    return Object.keys(this.#all())[0];
  }

  /** A `<datalist>` for `<input list>`. */
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
