import { request as startRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { Body, Controller, Post } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceError } from '../errors/error/service-error.js';
import { setUpHttpErrors } from '../errors/http-errors.js';
import { checkInput } from './check-input.js';
import { BodyLimit, TakesForms } from './route-input.js';

/** Replaces the guards of `auth`. */
class Doorkeeper implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.getHandler().name === 'guarded') throw new ServiceError('unauthenticated', 'A token is required.');
    return true;
  }
}

@Controller()
class Echo {
  @Post()
  echo(@Body() body: object): unknown {
    return body;
  }

  @Post('form')
  @TakesForms()
  form(@Body() body: unknown): unknown {
    return body ?? 'nothing';
  }

  @Post('guarded')
  guarded(): string {
    return 'in';
  }

  @Post('large')
  @BodyLimit({ bytes: 1024 * 1024, values: 20_000 })
  large(@Body() body: { items: unknown[] }): number {
    return body.items.length;
  }
}

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  const testing = await Test.createTestingModule({
    controllers: [Echo],
    providers: [{ provide: APP_GUARD, useClass: Doorkeeper }],
  }).compile();
  app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false });
  setUpHttpErrors(app);
  checkInput(app);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

async function ask(init: RequestInit, path = ''): Promise<{ problem: Record<string, unknown> }> {
  const response = await fetch(new URL(path, url), init);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem.status).toBe(response.status);
  return { problem };
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': type },
});

describe('bodies', () => {
  it.each([['{"items":'], ['{"items":[]}}'], [' ']])('are rejected as malformed JSON: %s', async (body) => {
    expect((await ask(post(body))).problem).toMatchObject({
      status: 400,
      type: 'urn:tidings:error:invalid_json',
      detail: expect.stringContaining('not valid JSON'),
    });
  });

  it.each(['"text"', '7', 'null', '[]', '[{}]'])('are rejected if they are not objects: %s', async (body) => {
    expect((await ask(post(body))).problem).toMatchObject({
      status: 400,
      errors: [{ pointer: '#', detail: 'must be a JSON object' }],
    });
  });

  it('are rejected if they are nested too deep', async () => {
    const { problem } = await ask(post(`{"items":${'['.repeat(30_000)}${']'.repeat(30_000)}}`));
    expect(problem).toMatchObject({ status: 400, detail: expect.stringContaining('64 levels') });
  });

  it.each([
    ['an array', '[{},', '{}', ']'],
    ['an object', '{"a":1,', '"b":1', '}'],
  ])('are rejected before parsing if they contain too many small values: %s', async (_what, head, value, tail) => {
    const body = `${head}${Array.from({ length: 15_000 }, () => value).join(',')}${tail}`;
    const { problem } = await ask(post(body, 'application/json'), 'large');
    expect(problem).toMatchObject({
      status: 400,
      detail: expect.stringMatching(/^The body has more than \d+ (values|members)/),
    });
  });

  it('are rejected over 64 KiB, with and without a declared length', async () => {
    const body = JSON.stringify({ items: 'x'.repeat(64 * 1024) });
    const tooLarge = {
      status: 413,
      title: 'Payload too large',
      detail: 'The body must not be larger than 65536 bytes.',
    };
    expect((await ask(post(body))).problem).toMatchObject(tooLarge);
    const stream = new Blob([body]).stream();
    const chunked = { ...post(''), body: stream, duplex: 'half' } as RequestInit;
    expect((await ask(chunked)).problem).toMatchObject(tooLarge);
  });

  it('may be larger if the route permits it', async () => {
    const items = Array.from({ length: 15_000 }, () => 'a word');
    const answer = await fetch(new URL('large', url), post(JSON.stringify({ items })));
    expect(await answer.text()).toBe('15000');
  });

  it('are not awaited before a request without a token is answered', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Content-Length': 1024 ** 3 };
      const request = startRequest(new URL('guarded', url), { method: 'POST', headers });
      request.on('response', (response) => {
        resolve(response.statusCode);
        request.destroy();
      });
      request.on('error', reject);
      request.write('{');
    });
    expect(status).toBe(401);
  });

  it.each([
    ['a=b', 'application/x-www-form-urlencoded'],
    ['{}', 'text/plain'],
    ['{}', 'application/json; charset=latin1'],
    ['{}', 'application/json; charset=utf-16'],
  ])('are rejected with content type %s as %s', async (body, type) => {
    expect((await ask(post(body, type))).problem).toMatchObject({ status: 415 });
  });

  it('may be forms if the path permits it: a URL-encoded form is read, a multipart form is not', async () => {
    const echoed = async (body: URLSearchParams | FormData): Promise<unknown> => {
      const answer = await fetch(new URL('/form/', url), { method: 'POST', body });
      return (await answer.text()) || answer.status;
    };
    expect(await echoed(new URLSearchParams({ a: 'b c', d: '+' }))).toBe('{"a":"b c","d":"+"}');
    const parts = new FormData();
    parts.set('a', 'b');
    expect(await echoed(parts)).toBe('nothing');
    const { problem } = await ask(post('a=b', 'application/x-www-form-urlencoded'));
    expect(problem).toMatchObject({ status: 415 });
  });

  it.each(['gzip', 'deflate', 'br', 'compress'])('are not decompressed: %s', async (encoding) => {
    const { problem } = await ask({
      method: 'POST',
      body: gzipSync('{}'),
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
    });
    expect(problem).toMatchObject({ status: 415, detail: 'The body must not be compressed.' });
  });

  it('are rejected if they are not UTF-8', async () => {
    const { problem } = await ask({
      method: 'POST',
      body: Buffer.from([0x22, 0xff, 0x22]),
      headers: { 'Content-Type': 'application/json' },
    });
    expect(problem).toMatchObject({ status: 400, type: 'urn:tidings:error:invalid_json' });
  });

  it("are accepted in a vendor's JSON type, and may be missing", async () => {
    const answer = await fetch(url, post('{"items":[]}', 'application/vnd.tidings+json'));
    expect(await answer.json()).toEqual({ items: [] });
    const empty = await fetch(url, { method: 'POST' });
    expect(empty.status).toBe(201);
  });
});
