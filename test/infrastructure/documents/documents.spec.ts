import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../../src/app.module.js';
import { loadSettings } from '../../../src/config/load-settings.js';
import { setUpHttpErrors } from '../../../src/errors/http-errors.js';
import { checkInput } from '../../../src/input/check-input.js';
import { RealtimeAdapter } from '../../../src/realtime/realtime.adapter.js';
import { createPgliteDatabase } from '../../support/servers/pglite-databases.js';
import { People } from '../../support/people.js';
import type { Person } from '../../support/people.js';
import { open } from '../../support/clients/socket-client.js';
import { BoardModule } from './board.js';

const ROOT = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

describe('the documents', () => {
  it('ARCHITECTURE.md names every room', () => {
    const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const text = read('ARCHITECTURE.md');
    expect(rooms.map(({ name }) => name).filter((name) => !text.includes(`| \`${name}\``))).toEqual([]);
  });
});

describe('the gateway that ARCHITECTURE.md adds', () => {
  /** The service with an additional room. */
  @Module({})
  class House {}

  let app: NestExpressApplication;
  let url: string;
  let ada: Person;
  let bob: Person;
  beforeAll(async () => {
    const settings = loadSettings({
      NODE_ENV: 'test',
      DATABASE_URL: await createPgliteDatabase(),
      JWT_SECRET: 'x'.repeat(32),
    });
    const house = { module: House, imports: [AppModule.forRoot(settings), BoardModule] };
    app = await NestFactory.create<NestExpressApplication>(house, { logger: false, bodyParser: false });
    setUpHttpErrors(app);
    checkInput(app);
    app.setGlobalPrefix('api');
    app.useWebSocketAdapter(new RealtimeAdapter(app, true));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
    const people = new People(app);
    [ada, bob] = [await people.customer('Ada'), await people.partner('Bob')];
  });
  afterAll(() => app.close());

  it('is the code shown there', () => {
    const [, shown] = /```ts\n([\s\S]*?)```/.exec(read('ARCHITECTURE.md')) ?? [];
    expect(shown).toBe(read('test/infrastructure/documents/board.ts').replaceAll('../../../src/', '../'));
  });

  it('delivers messages to everyone on the board, and to clients that resume', async () => {
    const [first, second] = [
      await open(`${url}/ws/boards/news/`, { token: ada.socketToken }),
      await open(`${url}/ws/boards/news/`, { token: bob.socketToken }),
    ];
    const { position } = await first.expectMessage<{ position: string }>('connection_established');
    await second.expectMessage('connection_established');

    first.send({ type: 'note', text: 'We have moved', request_id: 1 });
    const note = { type: 'note', text: 'We have moved', author: 'Ada' };
    await second.expectMessage(note);
    expect([await first.expectMessage({}), await first.expectMessage({})]).toEqual(
      expect.arrayContaining([expect.objectContaining(note), { type: 'accepted', request_id: 1 }]),
    );

    const late = await open(`${url}/ws/boards/news/`, { token: bob.socketToken, since: position });
    await late.expectMessage({ type: 'connection_established', resumed: true, replayed: 1 });
    await late.expectMessage(note);
  });

  it('rejects invalid notes and boards', async () => {
    const socket = await open(`${url}/ws/boards/news/`, { token: ada.socketToken });
    await socket.expectMessage('connection_established');
    socket.send({ type: 'note', text: '' });
    await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/text' }] });
    const other = await open(`${url}/ws/boards/1/`, { token: ada.socketToken });
    await other.expectClose(4004);
  });
});
