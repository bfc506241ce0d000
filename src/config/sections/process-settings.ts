import { Section } from '../declarations/section.js';
import { isHost } from '../values/urls.js';
import { Choice, Choices, Flag, Integer, Ruled, Text, UrlWith } from '../declarations/variable.js';

export const PROCESS_ROLES = ['api', 'realtime', 'worker'] as const;
/** A part of the service that a process may run: REST, WebSockets, background jobs. */
export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** How this process runs and how clients reach it. */
@Section('Process')
export class ProcessSettings {
  @Choice(['development', 'production', 'test'], {
    description:
      'In `production` the service starts only with `JWT_SECRET` (or `JWT_JWKS_URL`), `ALLOWED_HOSTS` and `DATABASE_URL`, and loads no ' +
      'demo data.',
    default: 'development',
  })
  readonly nodeEnv!: 'development' | 'production' | 'test';

  @Ruled((text) => text, isHost, {
    description:
      'The address to listen on: `0.0.0.0` in containers, together with `DEMO_DATA=false` outside production.',
    default: '127.0.0.1',
    mustBe: 'an IP address or a host name to listen on, without a port',
  })
  readonly host!: string;

  @Integer({
    description: 'The port to listen on.',
    zero: 'a free port, named in the line `listening on http://HOST:PORT`',
    default: '8000',
    min: 0,
    max: 65_535,
  })
  readonly port!: number;

  @UrlWith(['http', 'https'], {
    isBase: true,
    description:
      'The URL under which clients reach the service, for example `https://tidings.example.com`. It decides whether answers name ' +
      '`ws://` or `wss://`.',
    absent: 'taken from each request',
  })
  readonly publicUrl?: string;

  @UrlWith(['http', 'https', 'ws', 'wss'], {
    isBase: true,
    description: 'The URL of the WebSockets if other processes serve them (see `ROLES`).',
    absent: '`PUBLIC_URL`',
  })
  readonly realtimeUrl?: string;

  @Flag({
    description:
      '`true`: the `Strict-Transport-Security` header also covers the subdomains of the host in `PUBLIC_URL`. The header is sent if ' +
      '`PUBLIC_URL` is https with a public host name.',
    default: 'false',
  })
  readonly hstsIncludeSubdomains!: boolean;

  @Flag({
    description:
      '`true`: take the address, host and scheme of the client from `X-Forwarded-For`, `-Host` and `-Proto`. Use it behind a proxy, and ' +
      'only there: without one, any client can send these headers.',
    default: 'false',
  })
  readonly trustProxy!: boolean;

  @Choices(PROCESS_ROLES, {
    description:
      'The parts of the service that this process runs: REST (`api`), WebSockets (`realtime`), background jobs (`worker`).',
    default: 'api,realtime,worker',
  })
  readonly roles!: readonly ProcessRole[];

  @Flag({
    description:
      '`true`: create demo accounts and a few orders. Because their password is published, `HOST` must be a loopback address, and ' +
      'production does not start on a database with demo accounts until `node dist/disable-demo-accounts.js` has disabled them.',
    absent: '`true` in development, `false` otherwise',
  })
  readonly demoData!: boolean;

  @Text({
    description: 'The bearer token of `/metrics`.',
    absent: 'in production, only requests from loopback are answered; otherwise, all requests are answered',
    secret: true,
  })
  readonly metricsToken?: string;
}
