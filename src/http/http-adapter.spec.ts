import { Controller, Get, Req } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Request } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpAdapter } from './http-adapter.js';

@Controller('hosts')
class Hosts {
  @Get()
  host(@Req() request: Request): { host: string; app: string; accepts: string | false } {
    return { host: request.hostname, app: typeof request.app, accepts: request.accepts('json') };
  }
}

describe('requests and responses', () => {
  let app: NestExpressApplication;
  beforeAll(async () => {
    const testing = await Test.createTestingModule({ controllers: [Hosts] }).compile();
    app = testing.createNestApplication<NestExpressApplication>(
      new HttpAdapter({ handshakeTimeout: 10, requestTimeout: 30, keepAliveTimeout: 75 }),
    );
    await app.listen(0, '127.0.0.1');
  });
  afterAll(() => app.close());

  it('are created with the prototypes of Express, which does not change them', async () => {
    const express = app.getHttpAdapter().getInstance();
    const prototypes: unknown[] = [];
    const note = (request: IncomingMessage, response: ServerResponse): void => {
      prototypes.push(Object.getPrototypeOf(request), Object.getPrototypeOf(response));
    };
    app.getHttpServer().prependOnceListener('request', note);
    const answer = await fetch(`${await app.getUrl()}/hosts`);
    expect(await answer.json()).toEqual({ host: '127.0.0.1', app: 'function', accepts: 'json' });
    expect(prototypes).toHaveLength(2);
    expect(prototypes[0]).toBe(express.request);
    expect(prototypes[1]).toBe(express.response);
  });
});
