import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WsAdapter } from '@nestjs/platform-ws';
import { WebSocketGateway } from '@nestjs/websockets';
import { ESTABLISHED, groupsFor, printAddress, RedisGroups } from './reference.js';

/**
 * The stock WsAdapter of NestJS, used as in its documentation. The decorators are called as functions, because this
 * file is plain JavaScript.
 */
class NotificationsGateway {
  #groups = new RedisGroups((members, text) => {
    for (const client of members) client.send(text);
  });
  #names = new WeakMap();

  async handleConnection(client, request) {
    const names = groupsFor(request.url);
    if (!names) {
      client.close(4001);
      return;
    }
    this.#names.set(client, names);
    await this.#groups.join(names, client);
    client.send(ESTABLISHED);
  }

  handleDisconnect(client) {
    this.#groups.leave(this.#names.get(client) ?? [], client);
  }
}
WebSocketGateway({ path: '/ws' })(NotificationsGateway);

class AppModule {}
Module({ providers: [NotificationsGateway] })(AppModule);

const app = await NestFactory.create(AppModule, { logger: false });
app.useWebSocketAdapter(new WsAdapter(app));
await app.listen(0, '127.0.0.1');
printAddress(app.getHttpServer());
