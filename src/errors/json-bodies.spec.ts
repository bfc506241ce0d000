import { Body, Controller, Post } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setUpHttpErrors } from './http-errors.js';

@Controller()
class Echo {
  @Post()
  echo(@Body() body: unknown): unknown {
    return body;
  }

  @Post('form')
  form(@Body() body: unknown): unknown {
    return body ?? 'nothing';
  }
}

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  const testing = await Test.createTestingModule({ controllers: [Echo] }).compile();
  app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false });
  setUpHttpErrors(app, [/^\/form\/?$/]);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});
afterAll(() => app.close());

async function ask(init: RequestInit): Promise<{ problem: Record<string, unknown> }> {
  const response = await fetch(url, init);
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
  it.each([['{"items":'], ['"text"'], ['{"items":[]}}']])('says malformed JSON: %s', async (body) => {
    expect((await ask(post(body))).problem).toMatchObject({
      status: 400,
      type: 'urn:tidings:error:invalid_json',
      detail: expect.stringContaining('not valid JSON'),
    });
  });

  it('refuses JSON nested without end', async () => {
    const { problem } = await ask(post(`{"items":${'['.repeat(100_000)}${']'.repeat(100_000)}}`));
    expect(problem).toMatchObject({ status: 400, detail: expect.stringContaining('64 levels') });
  });

  it('refuses a body that is too large', async () => {
    const { problem } = await ask(post(JSON.stringify({ items: 'x'.repeat(6 * 1024 * 1024) })));
    expect(problem).toMatchObject({ status: 413, title: 'Payload too large' });
  });

  it.each([
    ['a=b', 'application/x-www-form-urlencoded'],
    ['{}', 'text/plain'],
    ['{}', 'application/json; charset=latin1'],
  ])('refuses %s as %s', async (body, type) => {
    expect((await ask(post(body, type))).problem).toMatchObject({ status: 415 });
  });

  it('takes a form where the path says so: the one in a URL’s encoding read, the other unread', async () => {
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

  it('refuses an encoding it does not know, and one that is broken', async () => {
    const encoded = (encoding: string): RequestInit => ({
      method: 'POST',
      body: '{}',
      headers: { 'Content-Type': 'application/json', 'Content-Encoding': encoding },
    });
    expect((await ask(encoded('compress'))).problem).toMatchObject({ status: 415 });
    expect((await ask(encoded('gzip'))).problem).toMatchObject({ status: 400 });
  });

  it('takes a body in JSON of another vendor, and none at all', async () => {
    const answer = await fetch(url, post('{"items":[]}', 'application/vnd.tidings+json'));
    expect(await answer.json()).toEqual({ items: [] });
    const empty = await fetch(url, { method: 'POST' });
    expect(empty.status).toBe(201);
  });
});
