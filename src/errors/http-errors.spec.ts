import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Body, Controller, Get, HttpException, Param, Patch, Post, Query } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { checkInput } from '../input/check-input.js';
import { Nested } from '../input/shape/nested.decorator.js';
import { setUpHttpErrors } from './http-errors.js';
import { ServiceError } from './error/service-error.js';

class Item {
  @IsInt()
  @Min(1)
  quantity!: number;
}

class Order {
  @Nested(() => Item, { each: true })
  items!: Item[];
}

class Page {
  @IsOptional()
  @Type(() => Number)
  @Max(100)
  limit?: number;
}

@Controller('things')
class Things {
  @Get()
  list(@Query() page: Page): Page {
    return page;
  }

  @Post()
  create(@Body() order: Order): Order {
    return order;
  }

  @Patch(':id')
  change(@Param('id') id: string): string {
    return id;
  }

  @Get('missing')
  missing(): never {
    throw new ServiceError('not_found', 'Not found.');
  }

  @Get('secret')
  secret(): never {
    throw new Error('the password is hush');
  }

  @Get('busy')
  busy(): never {
    throw new ServiceError('rate_limited', 'Too many requests.', { retryAfterSeconds: 2.1 });
  }

  @Get('away')
  away(): never {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    throw new Error('Failed query: select 1', { cause: refused });
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpException('I am a teapot', 418);
  }
}

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  const testing = await Test.createTestingModule({ controllers: [Things] }).compile();
  app = testing.createNestApplication<NestExpressApplication>({ bodyParser: false });
  app.useLogger(false);
  setUpHttpErrors(app);
  checkInput(app);
  app.setGlobalPrefix('api');
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/api`;
});
afterAll(() => app.close());

async function ask(
  path: string,
  init: RequestInit = {},
): Promise<{ headers: Headers; problem: Record<string, unknown> }> {
  const response = await fetch(`${url}${path}`, init);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect(problem).toMatchObject({ status: response.status, detail: expect.any(String), title: expect.any(String) });
  return { headers: response.headers, problem };
}

const post = (body: string, type = 'application/json'): RequestInit => ({
  method: 'POST',
  body,
  headers: { 'Content-Type': type },
});

describe('problems over HTTP', () => {
  it('name each invalid field of a body and of a query', async () => {
    const body = await ask('/things', post('{"items":[{}]}'));
    expect(body.problem).toMatchObject({ status: 400, errors: [{ pointer: '#/items/0/quantity' }] });
    const query = await ask('/things?limit=101');
    expect(query.problem).toMatchObject({ status: 400, errors: [{ pointer: '#/limit' }] });
  });

  it.each(['/nothing', '/things/7/more'])('have the status 404 for %s', async (path) => {
    expect((await ask(path)).problem).toMatchObject({
      status: 404,
      type: 'urn:tidings:error:not_found',
      detail: `No resource at /api${path}.`,
    });

    expect((await ask(path, post('x', 'text/plain'))).problem).toMatchObject({ status: 404 });
  });

  it('have the status 405 and list the supported methods', async () => {
    const { headers, problem } = await ask('/things/', { method: 'DELETE' });
    expect(problem).toMatchObject({ status: 405 });
    expect(headers.get('allow')).toBe('GET, HEAD, POST');
    expect((await ask('/things/7', { method: 'PUT' })).headers.get('allow')).toBe('PATCH');
  });

  it('do not change a 404 that the service throws', async () => {
    expect((await ask('/things/missing')).problem).toMatchObject({ status: 404, detail: 'Not found.' });
  });

  it('include the time to retry', async () => {
    const { headers, problem } = await ask('/things/busy');
    expect([problem.status, headers.get('retry-after')]).toEqual([429, '3']);
  });

  it('have the status 503 while the database is unavailable', async () => {
    const { headers, problem } = await ask('/things/away');
    expect([problem.status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(JSON.stringify(problem)).not.toContain('select');
  });

  it('do not reveal an unknown error', async () => {
    const { problem } = await ask('/things/secret');
    expect(problem).toEqual({
      type: 'urn:tidings:error:internal',
      title: 'Internal error',
      status: 500,
      detail: 'Something went wrong on our side.',
    });
  });

  it('have the status 400 for an exception of Nest without one of our codes', async () => {
    expect((await ask('/things/teapot')).problem).toMatchObject({ status: 400, detail: 'I am a teapot' });
  });

  it('have the status 400 for a malformed escape in the path', async () => {
    expect((await ask('/things/%FF', { method: 'PATCH' })).problem).toMatchObject({ status: 400 });
  });

  it('are sent for input that is not HTTP, and for endless headers', async () => {
    expect(await raw('hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json.*"status":400/s);
    expect(await raw(`GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 .*"status":431,"detail":"The header of the request is larger than 16 KiB."/s,
    );
  });
});

async function raw(text: string): Promise<string> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let answer = '';
  socket.on('data', (data: string) => (answer += data));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}
