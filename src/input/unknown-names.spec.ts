import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ArrayMaxSize, IsObject, IsOptional, IsString } from 'class-validator';
import { setUpHttpErrors } from '../errors/http-errors.js';
import { checkInput } from './check-input.js';
import { Nested } from './shape/nested.decorator.js';
import { AnyQuery, QueryNames } from './route-input.js';

class Line {
  @IsString()
  text!: string;
}

class Letter {
  @IsOptional()
  @IsString()
  send_at?: string;

  @IsOptional()
  @ArrayMaxSize(3)
  @Nested(() => Line, { each: true })
  lines?: Line[];

  @IsOptional()
  @IsObject()
  data?: object;
}

class LetterQuery {
  @IsOptional()
  @IsString()
  limit?: string;
}

@Controller()
class Letters {
  @Post('letters')
  letter(@Body() body: Letter, @Query() query: LetterQuery): unknown {
    return { body, query };
  }

  @Post('nothing')
  nothing(): string {
    return 'done';
  }

  @Get('stream')
  @QueryNames('token')
  stream(): string {
    return 'streaming';
  }

  @Get('link')
  @AnyQuery()
  link(): string {
    return 'linked';
  }
}

let app: NestExpressApplication;
let url: string;

beforeAll(async () => {
  const testing = await Test.createTestingModule({ controllers: [Letters] }).compile();
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

describe('unknown names', () => {
  const letter = async (body: object, query = ''): Promise<unknown> =>
    (await ask(post(JSON.stringify(body)), `letters${query}`)).problem.errors;

  it('of members are rejected with the nearest known name', async () => {
    expect(await letter({ sendAt: 'now' })).toEqual([
      { pointer: '#/sendAt', detail: 'is unknown; did you mean send_at?' },
    ]);
    expect(await letter({ urgent: true })).toEqual([
      { pointer: '#/urgent', detail: 'is unknown; known: send_at, lines, data' },
    ]);
  });

  it('of members in nested objects are rejected, at most a hundred', async () => {
    expect(await letter({ lines: [{ text: 'a' }, { txt: 'b' }] })).toEqual([
      { pointer: '#/lines/1/txt', detail: 'is unknown; did you mean text?' },
    ]);
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`member${index}`, 1]));
    expect(await letter(many)).toHaveLength(100);
  });

  it('of members that are not text are rejected', async () => {
    const body = '{"\\ud800":1,"__proto__":{"send_at":"now"}}';
    expect((await ask(post(body), 'letters')).problem.errors).toEqual([
      expect.objectContaining({ pointer: '#/%EF%BF%BD' }),
      expect.objectContaining({ pointer: '#/__proto__' }),
    ]);
  });

  it('are permitted in a member that is declared as any object', async () => {
    const answer = await fetch(new URL('letters', url), post('{"data":{"anything":[1]}}'));
    expect(await answer.json()).toEqual({ body: { data: { anything: [1] } }, query: {} });
  });

  it('include all members if the route has no body', async () => {
    expect((await ask(post('{"a":1}'), 'nothing')).problem.errors).toEqual([{ pointer: '#/a', detail: 'is unknown' }]);
    expect(await (await fetch(new URL('nothing', url), post('{}'))).text()).toBe('done');
  });

  it('of query parameters are rejected, like repeated known parameters', async () => {
    expect(await letter({}, '?limits=3')).toEqual([{ pointer: '#/limits', detail: 'is unknown; did you mean limit?' }]);
    expect(await letter({}, '?limit=3&limit=4')).toEqual([
      { pointer: '#/limit', detail: 'must not be given more than once' },
    ]);
    expect((await ask({}, 'stream?since=3')).problem).toMatchObject({ status: 400 });
  });

  it.each(['stream?token=3', 'link?utm_source=mail&utm_source=mail'])('are permitted in %s', async (path) => {
    expect((await fetch(new URL(path, url))).status).toBe(200);
  });
});
