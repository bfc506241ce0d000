import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { jwtVerify } from 'jose';
import { insist, PeerServer } from './peer-server.js';
import type { Answer, PeerAnswer, PeerRequest } from './peer-server.js';

/** A message that FCM accepted. */
export interface FcmMessage {
  readonly token: string;
  readonly notification: { readonly title: string; readonly body: string };
  readonly data: Readonly<Record<string, string>>;
  readonly android: { readonly priority: string };
}

const PROJECT = 'tidings-tests';
const EMAIL = `tidings@${PROJECT}.iam.gserviceaccount.com`;
const MESSAGE_MEMBERS = ['token', 'notification', 'data', 'android', 'apns', 'webpush', 'fcm_options'];
const RESERVED = /^(from|message_type|notification|collapse_key|google\..*|gcm\..*)$/;

/** Google's token endpoint and FCM HTTP v1, which check every detail of a request. */
export class FcmPeer {
  readonly messages: FcmMessage[] = [];
  /** The number of access tokens that were issued. */
  tokensIssued = 0;
  private readonly keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly keyId = randomBytes(20).toString('hex');
  private readonly accessTokens = new Set<string>();
  private readonly uninstalled = new Set<string>();
  private server!: PeerServer;

  static async start(): Promise<FcmPeer> {
    const peer = new FcmPeer();
    peer.server = await PeerServer.start((request) =>
      request.path === '/token' ? peer.issue(request) : peer.take(request),
    );
    return peer;
  }

  /** The settings of a service that sends to this server. */
  get variables(): Record<string, string> {
    const account = {
      type: 'service_account',
      project_id: PROJECT,
      private_key_id: this.keyId,
      private_key: this.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: EMAIL,
      token_uri: `${this.server.url}/token`,
    };
    return { FCM_SERVICE_ACCOUNT: JSON.stringify(account), FCM_BASE_URL: this.server.url };
  }

  get violations(): readonly string[] {
    return this.server.violations;
  }

  plan(...answers: Answer[]): void {
    this.server.plan(...answers);
  }

  /** An error in the format of FCM. */
  static error(status: number, word: string, errorCode: string): PeerAnswer {
    const details = [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode }];
    return { status, body: { error: { code: status, message: `planned: ${errorCode}`, status: word, details } } };
  }

  /** Simulates that the app with this token was uninstalled. */
  uninstall(token: string): void {
    this.uninstalled.add(token);
  }

  /** Rejects all access tokens issued so far. */
  revokeAccessTokens(): void {
    this.accessTokens.clear();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async issue({ method, headers, body }: PeerRequest): Promise<PeerAnswer> {
    insist(method === 'POST', `${method} instead of POST`);
    insist(/^application\/x-www-form-urlencoded(;|$)/.test(headers['content-type'] ?? ''), 'the body is not a form');
    const form = new URLSearchParams(body.toString('utf8'));
    insist(form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer', 'wrong grant_type');
    const { payload, protectedHeader } = await jwtVerify(form.get('assertion') ?? '', this.keys.publicKey, {
      algorithms: ['RS256'],
      issuer: EMAIL,
      audience: `${this.server.url}/token`,
      requiredClaims: ['iat', 'exp'],
    });
    insist(protectedHeader.kid === this.keyId, 'the assertion names another key');
    insist(payload.scope === 'https://www.googleapis.com/auth/firebase.messaging', 'another scope');
    insist((payload.exp ?? 0) - (payload.iat ?? 0) <= 3600, 'an assertion for more than an hour');
    const token = `ya29.${randomBytes(32).toString('base64url')}`;
    this.accessTokens.add(token);
    this.tokensIssued += 1;
    return { status: 200, body: { access_token: token, expires_in: 3599, token_type: 'Bearer' } };
  }

  private take({ method, path, headers, body }: PeerRequest): Answer {
    insist(method === 'POST', `${method} instead of POST`);
    insist(path === `/v1/projects/${PROJECT}/messages:send`, `no such path: ${path}`);
    insist(/^application\/json(;|$)/.test(headers['content-type'] ?? ''), 'the body is not JSON');
    const [, bearer = ''] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (!this.accessTokens.has(bearer)) return FcmPeer.error(401, 'UNAUTHENTICATED', 'UNAUTHENTICATED');
    const request = JSON.parse(body.toString('utf8')) as { message: FcmMessage };
    insist(
      Object.keys(request).every((member) => ['message', 'validate_only'].includes(member)),
      'unknown members',
    );
    const { message } = request;
    check(message);
    const planned = this.server.nextPlanned();
    if (planned) return planned;
    if (this.uninstalled.has(message.token)) return FcmPeer.error(404, 'NOT_FOUND', 'UNREGISTERED');
    this.messages.push(message);
    return { status: 200, body: { name: `projects/${PROJECT}/messages/${randomBytes(8).toString('hex')}` } };
  }
}

function check(message: FcmMessage): void {
  for (const member of Object.keys(message)) insist(MESSAGE_MEMBERS.includes(member), `no such member: ${member}`);
  insist(typeof message.token === 'string' && message.token !== '', 'no token');
  for (const [key, value] of Object.entries(message.data)) {
    insist(typeof value === 'string', `data.${key} is not a string`);
    insist(!RESERVED.test(key), `data.${key} is reserved`);
  }
  insist(['HIGH', 'NORMAL'].includes(message.android.priority), 'no such priority');
  const { notification, data } = message;
  insist(Buffer.byteLength(JSON.stringify({ notification, data })) <= 4096, 'more than 4,096 bytes');
}
