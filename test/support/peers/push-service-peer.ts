import { createECDH, randomBytes } from 'node:crypto';
import type { ECDH } from 'node:crypto';
import * as ece from 'http_ece';
import { importJWK, jwtVerify } from 'jose';
import { insist, PeerServer } from './peer-server.js';
import type { Answer, PeerRequest } from './peer-server.js';

const SUBJECT = 'mailto:ops@example.com';

/** A push message as the browser reads it. */
export interface BrowserMessage {
  readonly notification_id: string;
  readonly title: string;
  readonly message: string;
  readonly data: unknown;
  readonly truncated?: true;
  /** The headers of the request that delivered it. */
  readonly topic: string;
  readonly urgency: string;
}

/** A browser with a subscription: its keys, and the messages it has received. */
export class SubscribedBrowser {
  readonly messages: BrowserMessage[] = [];
  /** Simulates that it unsubscribed: its endpoint answers 410. */
  gone = false;
  readonly keys: ECDH = createECDH('prime256v1');
  readonly auth = randomBytes(16);

  constructor(readonly endpoint: string) {
    this.keys.generateKeys();
  }

  /** The subscription as `PushSubscription.toJSON()` returns it. */
  get subscription(): { endpoint: string; expirationTime: null; keys: { p256dh: string; auth: string } } {
    const keys = { p256dh: this.keys.getPublicKey('base64url'), auth: this.auth.toString('base64url') };
    return { endpoint: this.endpoint, expirationTime: null, keys };
  }
}

/**
 * A push service (RFC 8030) with its browsers. It checks the signature (RFC 8292) and decrypts the payload (RFC 8291).
 */
export class PushServicePeer {
  private readonly vapid = createECDH('prime256v1');
  private readonly browsers = new Map<string, SubscribedBrowser>();
  private server!: PeerServer;

  static async start(): Promise<PushServicePeer> {
    const peer = new PushServicePeer();
    peer.vapid.generateKeys();
    peer.server = await PeerServer.start((request) => peer.take(request));
    return peer;
  }

  get url(): string {
    return this.server.url;
  }

  /** The settings of a service that sends to this server. */
  get variables(): Record<string, string> {
    return {
      VAPID_PUBLIC_KEY: this.vapid.getPublicKey('base64url'),
      // Node omits leading zeros.
      VAPID_PRIVATE_KEY: Buffer.concat([Buffer.alloc(32), this.vapid.getPrivateKey()])
        .subarray(-32)
        .toString('base64url'),
      VAPID_SUBJECT: SUBJECT,
      WEB_PUSH_HOSTS: this.server.url,
    };
  }

  get violations(): readonly string[] {
    return this.server.violations;
  }

  plan(...answers: Answer[]): void {
    this.server.plan(...answers);
  }

  subscribe(): SubscribedBrowser {
    const path = `/push/${randomBytes(12).toString('base64url')}`;
    const browser = new SubscribedBrowser(this.server.url + path);
    this.browsers.set(path, browser);
    return browser;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async take({ method, path, headers, body }: PeerRequest): Promise<Answer> {
    insist(method === 'POST', `${method} instead of POST`);
    const browser = this.browsers.get(path);
    if (!browser) return { status: 404 };
    await this.checkSignature(headers.authorization ?? '');
    const { ttl = '', topic = '', urgency = '' } = headers as Record<string, string | undefined>;
    insist(/^\d+$/.test(ttl), 'TTL is missing');
    insist(/^[A-Za-z0-9_-]{1,32}$/.test(topic), `a wrong Topic: ${topic}`);
    insist(['very-low', 'low', 'normal', 'high'].includes(urgency), `a wrong Urgency: ${urgency}`);
    insist(headers['content-encoding'] === 'aes128gcm', 'Content-Encoding is not aes128gcm');
    insist(body.length <= 4096, 'more than 4,096 bytes');
    const planned = this.server.nextPlanned();
    if (planned) return planned;
    if (browser.gone) return { status: 410 };
    const plain = ece.decrypt(body, { version: 'aes128gcm', privateKey: browser.keys, authSecret: browser.auth });
    const message = JSON.parse(plain.toString('utf8')) as BrowserMessage;
    browser.messages.push({ ...message, topic, urgency });
    return { status: 201, headers: { location: `${this.server.url}/message/${randomBytes(9).toString('base64url')}` } };
  }

  private async checkSignature(authorization: string): Promise<void> {
    const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization) ?? [];
    insist(key === this.vapid.getPublicKey('base64url'), 'signed with a key without a subscription');
    const point = Buffer.from(key, 'base64url');
    const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
    const publicKey = await importJWK({ kty: 'EC', crv: 'P-256', x, y }, 'ES256');
    const checks = { algorithms: ['ES256'], audience: this.server.url, subject: SUBJECT, requiredClaims: ['exp'] };
    const { payload } = await jwtVerify(token, publicKey, checks);
    insist((payload.exp ?? 0) <= Date.now() / 1000 + 24 * 3600, 'signed for more than a day');
  }
}
