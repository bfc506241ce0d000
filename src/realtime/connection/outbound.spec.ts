import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Outbound } from './outbound.js';

let server: Server;

/** Both ends of a TCP connection. */
async function pair(): Promise<{ near: Socket; far: Socket }> {
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  for (const end of [near, far]) end.on('error', () => undefined);
  return { near, far };
}

async function readAll(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of socket) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('Outbound', () => {
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => {
    server.close();
  });

  it('keeps bytes complete and in order, whether the kernel or the stream accepts them', async () => {
    const { near, far } = await pair();
    far.pause();
    const outbound = new Outbound(near, 1024 * 1024);
    const sent: Buffer[] = [];
    for (let n = 0; outbound.queuedBytes < 512 * 1024; n += 1) {
      const frame = Buffer.alloc(10_007, n % 251);
      sent.push(frame);
      expect(outbound.write(frame)).toBe(true);
    }
    const received = readAll(far);
    await outbound.drained();
    near.end();
    expect((await received).equals(Buffer.concat(sent))).toBe(true);
  });

  it.each([1_024, 20_000, 200_000])('reports that the queue is empty, with a limit of %i bytes', async (limit) => {
    const { near, far } = await pair();
    far.pause();
    const outbound = new Outbound(near, limit);
    // Fills the buffers of the kernel. The rest is queued.
    outbound.write(Buffer.alloc(16 * 1024 * 1024));
    far.resume();
    await outbound.drained();
    expect(outbound.queuedBytes).toBe(0);
    // These bytes are queued, but below the high-water mark of the stream, so `drain` is not emitted for them.
    near.cork();
    near.write(Buffer.alloc(limit / 2 + 1));
    expect(outbound.hasRoom).toBe(false);
    const drained = outbound.drained();
    near.uncork();
    await drained;
    expect(outbound.hasRoom).toBe(true);
    far.destroy();
  });

  it('stops waiting for an empty queue when the socket is closed', async () => {
    const { near, far } = await pair();
    far.pause();
    const outbound = new Outbound(near, 1_024);
    outbound.write(Buffer.alloc(32 * 1024 * 1024));
    const drained = outbound.drained();
    near.destroy();
    await drained;
    expect(near.destroyed).toBe(true);
    far.destroy();
  });

  it('writes nothing after the final message, and does not count this as slow', async () => {
    const { near, far } = await pair();
    const outbound = new Outbound(near, 1_000);
    outbound.force(Buffer.from('goodbye'));
    outbound.finish();
    expect(outbound.write(Buffer.from(' and more'))).toBe(true);
    near.end();
    expect((await readAll(far)).toString()).toBe('goodbye');
  });

  it('rejects bytes over the limit, but accepts any number if the queue is empty', async () => {
    const { near, far } = await pair();
    far.pause();
    const outbound = new Outbound(near, 1_000);
    expect(outbound.write(Buffer.alloc(32 * 1024 * 1024))).toBe(true);
    expect(outbound.queuedBytes).toBeGreaterThan(0);
    expect(outbound.write(Buffer.alloc(1))).toBe(false);
    expect(outbound.hasRoom).toBe(false);
    far.destroy();
    near.destroy();
  });

  it('never writes to another client that has received the descriptor of a closed connection', async () => {
    const first = await pair();
    const outbound = new Outbound(first.near, 1_000);
    first.near.destroy();
    first.far.destroy();
    await once(first.near, 'close');
    // Either end of a new connection may have received the descriptor.
    const ends: Socket[] = [];
    for (let n = 0; n < 10; n += 1) {
      const { near, far } = await pair();
      ends.push(near, far);
    }
    outbound.write(Buffer.from('a secret'));
    for (const end of ends) end.end();
    const heard = await Promise.all(ends.map((end) => readAll(end)));
    expect(Buffer.concat(heard)).toHaveLength(0);
  });

  it('ends without an error when the peer has disconnected', async () => {
    const { near, far } = await pair();
    const outbound = new Outbound(near, 1_000);
    // Not `once` of node:events, because it rejects at the error that comes first.
    const closed = new Promise((resolve) => near.once('close', resolve));
    far.resetAndDestroy();
    await closed;
    expect(outbound.write(Buffer.from('late'))).toBe(true);
  });
});
