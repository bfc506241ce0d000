import { Controller, Get } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IssuerKeys } from '../auth/tokens/issuer-keys.js';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import { newStatistics } from '../channel-layer/interface/statistics.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { setUpHttpErrors } from '../errors/http-errors.js';
import { checkInput } from '../input/check-input.js';
import { ClientMessages } from '../realtime/fan-out/client-messages.js';
import { DeliveryStatistics } from '../deliveries/record/delivery-statistics.js';
import { JobStatistics } from '../jobs/job-statistics.js';
import { RealtimeStatus } from '../realtime/connection/realtime-status.js';
import { StreamStatistics } from '../streams/follow/stream-statistics.js';
import { HealthChecks } from './health-checks.js';
import { HealthController } from './health.controller.js';
import { HttpMetrics } from './http-metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsGuard } from './metrics.guard.js';
import { ServiceMetrics } from './service-metrics.js';
import { ServiceRegistry } from './service-registry.js';
import { WorkMetrics } from './work-metrics.js';

@Controller('things')
class Things {
  @Get(':id')
  get(): string {
    return 'a thing';
  }
}

/** Replacements for the rooms that are checked. They are healthy unless a test changes them. */
function rooms() {
  const up = (): Promise<void> => Promise.resolve();
  return {
    database: { ping: up, pools: { requests: { total: 3, idle: 1, waiting: 0 } } },
    channelLayer: { ping: up, statistics: { ...newStatistics(), sent: 5 } },
    realtime: { connections: 7, draining: false },
    issuerKeys: { isConfigured: false, problem: null as string | null },
    jobs: {
      attempts: new Map([['deliver_email', { done: 4, failed: 1, dead: 0 }]]),
      waiting: () => Promise.resolve(new Map([['deliver_email', 2.5]])),
    },
    settings: { process: { nodeEnv: 'development', metricsToken: undefined as string | undefined } },
  };
}

const now = rooms();
const down = (): Promise<void> => Promise.reject(new Error('away'));
let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  const testing = await Test.createTestingModule({
    controllers: [HealthController, MetricsController, Things],
    providers: [
      HealthChecks,
      HttpMetrics,
      MetricsGuard,
      ServiceMetrics,
      WorkMetrics,
      ServiceRegistry,
      { provide: Settings, useValue: now.settings },
      { provide: Database, useValue: now.database },
      { provide: ChannelLayer, useValue: now.channelLayer },
      { provide: RealtimeStatus, useValue: now.realtime },
      { provide: IssuerKeys, useValue: now.issuerKeys },
      { provide: ClientMessages, useValue: { dropped: 2 } },
      { provide: JobStatistics, useValue: now.jobs },
      { provide: DeliveryStatistics, useValue: { changes: new Map([['email', new Map([['sent', 4]])]]) } },
      { provide: StreamStatistics, useValue: new StreamStatistics() },
    ],
  }).compile();
  app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false });
  app.use(app.get(HttpMetrics).observe);
  setUpHttpErrors(app);
  checkInput(app);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());
beforeEach(() => {
  const fresh = rooms();
  Object.assign(now.database, fresh.database);
  Object.assign(now.issuerKeys, fresh.issuerKeys);
  Object.assign(now.channelLayer, fresh.channelLayer);
  Object.assign(now.realtime, fresh.realtime);
  Object.assign(now.settings, fresh.settings);
});

async function ready(): Promise<[number, unknown]> {
  const response = await fetch(`${url}/health/ready/`);
  return [response.status, await response.json()];
}

describe('health', () => {
  it('is live regardless of other servers', async () => {
    Object.assign(now.database, { ping: down });
    const response = await fetch(`${url}/health/live`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('is ready', async () => {
    expect(await ready()).toEqual([200, { status: 'ok', checks: { database: 'ok', channel_layer: 'ok' } }]);
  });

  it('is degraded and ready while Redis is unavailable', async () => {
    Object.assign(now.channelLayer, { ping: down });
    const checks = { database: 'ok', channel_layer: 'unavailable' };
    expect(await ready()).toEqual([200, { status: 'degraded', checks, reason: expect.stringContaining('Redis') }]);
  });

  it('is degraded and ready while the keys of the token issuer cannot be read', async () => {
    Object.assign(now.issuerKeys, { isConfigured: true, problem: 'JWT_JWKS_URL cannot be read: HTTP 503' });
    const checks = { database: 'ok', channel_layer: 'ok', token_issuer: 'unavailable' };
    expect(await ready()).toEqual([
      200,
      { status: 'degraded', checks, reason: 'JWT_JWKS_URL cannot be read: HTTP 503' },
    ]);
  });

  it('is not ready without the database', async () => {
    Object.assign(now.database, { ping: down });
    const checks = { database: 'unavailable', channel_layer: 'ok' };
    expect(await ready()).toEqual([
      503,
      { status: 'unavailable', checks, reason: expect.stringContaining('database') },
    ]);
  });

  it('is not ready while draining', async () => {
    now.realtime.draining = true;
    expect(await ready()).toEqual([503, expect.objectContaining({ reason: expect.stringContaining('draining') })]);
  });
});

describe('metrics', () => {
  const metrics = async (headers: Record<string, string> = {}): Promise<[number, string]> => {
    const response = await fetch(`${url}/metrics`, { headers });
    return [response.status, await response.text()];
  };

  it('include the figures of every room', async () => {
    const [status, text] = await metrics();
    expect(status).toBe(200);
    for (const line of [
      'tidings_websocket_connections 7',
      'tidings_draining 0',
      'tidings_group_messages_unknown_total 2',
      'tidings_database_connections{pool="requests",state="total"} 3',
      'tidings_channel_layer_messages_total{event="sent"} 5',
      'tidings_streams_total{event="gaps_found"} 0',
      'tidings_job_attempts_total{queue="deliver_email",end="failed"} 1',
      'tidings_jobs_waiting_seconds{queue="deliver_email"} 2.5',
      'tidings_deliveries_total{channel="email",status="sent"} 4',
      expect.stringMatching(/^process_resident_memory_bytes \d+/),
    ]) {
      expect(text.split('\n')).toContainEqual(line);
    }
    // The totals are set, not added, at each request.
    expect((await metrics())[1]).toContain('tidings_channel_layer_messages_total{event="sent"} 5');
  });

  it('include the other figures while the database is unavailable', async () => {
    const { waiting } = now.jobs;
    now.jobs.waiting = () => Promise.reject(new Error('away'));
    const [status, text] = await metrics();
    now.jobs.waiting = waiting;
    expect(status).toBe(200);
    expect(text).not.toContain('tidings_jobs_waiting_seconds{');
    expect(text).toContain('tidings_websocket_connections 7');
  });

  it('count requests by route and status, not by path', async () => {
    await fetch(`${url}/things/1`);
    await fetch(`${url}/things/2/`);
    await fetch(`${url}/nothing/3`);
    await fetch(`${url}/things/1`, { method: 'POST', body: '{', headers: { 'Content-Type': 'application/json' } });
    const [, text] = await metrics();
    expect(text).toContain('tidings_http_request_seconds_count{method="GET",route="/things/:id",status="200"} 2');
    expect(text).toContain('tidings_http_request_seconds_count{method="GET",route="none",status="404"} 1');
    expect(text).toContain('tidings_http_request_seconds_count{method="POST",route="none",status="405"} 1');
    expect(text).not.toContain('/nothing/3');
  });

  it('require the token if one is set', async () => {
    now.settings.process.metricsToken = 'let-me-in';
    expect((await metrics())[0]).toBe(401);
    expect((await metrics({ Authorization: 'Bearer let-me-out' }))[0]).toBe(401);
    expect((await metrics({ Authorization: 'Bearer let-me-in' }))[0]).toBe(200);
  });

  it('are served in production without a token only to this machine, and not to clients of a proxy on it', async () => {
    now.settings.process.nodeEnv = 'production';
    expect((await metrics())[0]).toBe(200);
    expect((await metrics({ 'X-Forwarded-For': '203.0.113.7' }))[0]).toBe(403);
  });
});
