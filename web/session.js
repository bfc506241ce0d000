const KEPT = 'tidings.session';
/** A socket token that expires within this time, in milliseconds, is not used for a new socket. */
const TOKEN_MARGIN_MS = 60_000;

/** An unsuccessful answer, with the text of its problem document. */
export class RequestFailed extends Error {
  constructor(status, problem) {
    const fields = (problem?.errors ?? []).map(({ pointer, detail }) => `${pointer.replace(/^#\//, '')}: ${detail}`);
    super([problem?.detail ?? problem?.title ?? `The service answered ${status}.`, ...fields].join(' '));
    this.status = status;
  }
}

/**
 * The signed-in user of this tab. Stored in sessionStorage, so that it survives a reload and each tab can have its own user. Emits `ended`
 * if the session ends without a request of the user.
 */
export class Session extends EventTarget {
  #tokens = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
  #refreshing = null;
  #socketToken = null;

  get user() {
    return this.#tokens?.user ?? null;
  }

  async signIn(email, password) {
    this.#keep(await this.#send('POST', 'auth/login', { body: { email, password } }).then(readBody));
  }

  async signOut() {
    await this.request('POST', 'auth/logout').catch(() => undefined);
    this.#keep(null);
  }

  /** Sends a request with the access token, which is renewed if it has expired. Returns `{ body, headers }`. Throws RequestFailed. */
  async request(method, path, options = {}) {
    const tokens = this.#tokens;
    let response = await this.#send(method, path, { ...options, token: tokens?.access_token });
    if (response.status === 401 && tokens) {
      await this.#refresh(tokens);
      response = await this.#send(method, path, { ...options, token: this.#tokens?.access_token });
    }
    return { body: await readBody(response), headers: response.headers };
  }

  async get(path) {
    return (await this.request('GET', path)).body;
  }

  /** The answer of `realtime/token/`. Requested again when its token is about to expire, or with `fresh`. */
  async socketToken({ fresh = false } = {}) {
    if (fresh || !this.#socketToken || this.#socketToken.goodUntil < Date.now()) {
      const answer = await this.get('realtime/token/');
      this.#socketToken = { ...answer, goodUntil: Date.now() + answer.expires_in * 1_000 - TOKEN_MARGIN_MS };
    }
    return this.#socketToken;
  }

  /** Ends the session after the server rejected it. */
  end() {
    if (!this.#tokens) return;
    this.#keep(null);
    this.dispatchEvent(new Event('ended'));
  }

  /** A refresh token can be used only once, so concurrent requests share one refresh. */
  #refresh(tokens) {
    if (tokens !== this.#tokens) return this.#refreshing;
    this.#refreshing ??= this.#rotate(tokens).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #rotate(tokens) {
    const response = await this.#send('POST', 'auth/refresh', { body: { refresh_token: tokens.refresh_token } });
    if (response.status === 401) this.end();
    this.#keep(await readBody(response));
  }

  #keep(tokens) {
    this.#tokens = tokens;
    this.#socketToken = null;
    if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
    else sessionStorage.removeItem(KEPT);
  }

  #send(method, path, { body, token, headers }) {
    return fetch(`api/${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}

async function readBody(response) {
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const body = isJson && text !== '' ? JSON.parse(text) : null;
  if (!response.ok) throw new RequestFailed(response.status, body);
  return body;
}

/** Creates an Idempotency-Key. `crypto.randomUUID` is not available on pages served over plain http. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
