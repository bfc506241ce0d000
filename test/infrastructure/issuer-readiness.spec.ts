import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Issuer } from '../support/peers/issuer.js';
import { must, rest } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Readiness {
  readonly status: string;
  readonly reason?: string;
  readonly checks: object;
}

describe('readiness with an outside issuer', () => {
  const stops: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  const start = async (url: string): Promise<Stack> => {
    const stack = await startStack({ JWT_JWKS_URL: url, JWT_PROVISION_USERS: 'true' });
    stops.push(() => stack.stop());
    return stack;
  };
  const ready = ({ url }: Stack): Promise<Readiness> => must<Readiness>(url, 'GET /health/ready');
  /** Waits for the expected answer, because startup does not wait for the keys. */
  const readyWhen = async (stack: Stack, satisfied: (report: Readiness) => boolean): Promise<Readiness> => {
    for (;;) {
      const report = await ready(stack);
      if (satisfied(report)) return report;
    }
  };

  it('is degraded while the keys cannot be read, and ok as soon as they can', async () => {
    const issuer = await Issuer.start();
    stops.push(() => issuer.stop());
    issuer.away = true;
    const stack = await start(issuer.jwksUrl);
    expect(await readyWhen(stack, ({ status }) => status === 'degraded')).toMatchObject({
      reason: expect.stringContaining('JWT_JWKS_URL'),
      checks: { database: 'ok', token_issuer: 'unavailable' },
    });
    issuer.away = false;
    const token = await issuer.sign({ sub: 'olga' });
    expect((await rest(stack.url, 'GET /api/auth/me', { token })).status).toBe(200);
    expect(await ready(stack)).toMatchObject({ status: 'ok', checks: { token_issuer: 'ok' } });
  });

  it.each(['<html>', '{"keys": []}'])('is degraded when the URL answers %s', async (answer) => {
    const server = createServer((_request, response) => response.end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const stack = await start(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    const report = await readyWhen(stack, ({ status }) => status === 'degraded');
    expect(report.reason).toContain('JWT_JWKS_URL');
    server.closeAllConnections();
  });

  it('does not mention an issuer if none is configured', async () => {
    const stack = await startStack();
    stops.push(() => stack.stop());
    expect((await ready(stack)).checks).not.toHaveProperty('token_issuer');
  });
});
