import { once } from 'node:events';
import { request } from 'node:http';
import { WebSocket } from 'ws';
import { createOrder } from '../lib/service.js';
import { VALUES } from './hostile-shapes.js';
import { accessToken, userIds, webSocketToken } from '../lib/people.js';
import { say } from '../lib/report.js';
import { median } from '../lib/statistics.js';

const KIB = 1024;
const MIB = 1024 * KIB;
/** The number of bytes that are sent for a sample, at least four inputs. */
const SAMPLE_BYTES = 4 * MIB;
const SAMPLES = 3;
const PLACE = '@@';

const NOTIFICATION = { notification_type: 'general', title: 'Tonight', message: 'We close at ten.' };
/**
 * The places of hostile values; `@@` is replaced. Each has the largest bodies that the service accepts, and the token
 * of a user with access.
 */
const ROUTES = [
  { name: 'login', path: '/api/auth/login', bytes: [64 * KIB], bodies: ['@@', '{"email":@@,"password":"x"}'] },
  { name: 'change me', path: '/api/auth/me', method: 'PATCH', user: 1, bytes: [64 * KIB], bodies: ['{"name":@@}'] },
  {
    name: 'preferences',
    path: '/api/notifications/preferences/',
    method: 'PUT',
    user: 1,
    bytes: [64 * KIB],
    bodies: ['{"types":@@,"quiet_hours":null,"digest":"none"}'],
  },
  {
    name: 'place an order',
    path: '/api/orders/',
    user: 1,
    bytes: [64 * KIB, 256 * KIB],
    bodies: ['@@', '{"pickup_address":"a","delivery_address":"b","items":@@}', '{"pickup_address":@@}'],
  },
  {
    name: 'notify',
    path: '/api/notifications/',
    user: 0,
    bytes: [64 * KIB, 5 * MIB],
    bodies: ['@@', 'user_ids', 'data', 'escalate', 'channels'].map((member) =>
      member === PLACE ? PLACE : JSON.stringify({ ...NOTIFICATION, [member]: PLACE }).replace(`"${PLACE}"`, PLACE),
    ),
  },
];
const FRAMES = [
  { path: '/ws/health/', messages: ['@@', '{"type":"ping","timestamp":@@}', '{"type":"x","y":@@}'] },
  {
    path: '/ws/notifications/',
    user: 1,
    messages: ['@@', '{"type":"mark_read","notification_id":@@}', '{"type":"authenticate","token":@@}', '{"type":@@}'],
  },
  {
    path: '/ws/orders/ORDER/',
    user: 0,
    messages: [
      'location_update","latitude',
      'chat_message","text',
      'call_signal","call_id":"c","signal":"offer","payload',
    ].map((start) => `{"type":"${start}":@@}`),
  },
];

/**
 * The CPU time of the service for one input of each shape: the most expensive one, and an ordinary one for comparison.
 */
export async function measureCosts(service, { only } = {}) {
  const order = await createOrder(service);
  const rows = [];
  for (const route of ROUTES) {
    for (const bytes of route.bytes) {
      const send = (body) => exchange(service.url, route, body);
      rows.push(await dearest(service, `${route.name}, body`, bytes, route.bodies, send, only));
    }
  }
  for (const { path, user, messages } of FRAMES) {
    const socket = await open(service.url, path.replace('ORDER', order), user);
    const send = (frame) => ask(socket, frame);
    rows.push(await dearest(service, `${path.replace('/ORDER', '/{id}')}, frame`, 64 * KIB - 1, messages, send, only));
    socket.close();
  }
  return rows;
}

/** The CPU time in milliseconds of an ordinary body or frame, per MiB. */
export async function honestCosts(service) {
  const ids = userIds(1_000);
  const notification = JSON.stringify({
    ...NOTIFICATION,
    message: 'x'.repeat(4_000),
    user_id: 'user-1',
    data: { note: 'y'.repeat(16_000) },
  });
  const many = JSON.stringify({ ...NOTIFICATION, user_ids: Array.from({ length: 100 }, () => ids).flat() });
  const notify = ROUTES.at(-1);
  const socket = await open(service.url, '/ws/notifications/', 1);
  const ping = JSON.stringify({ type: 'ping', timestamp: '2026-11-30T12:00:00.000Z', request_id: 'r-1' });
  const rows = [
    {
      name: 'a notification with 16 KiB of data',
      ...(await cost(service, notification, (body) => exchange(service.url, notify, body))),
    },
    {
      name: 'a notification to 100,000 users',
      ...(await cost(service, many, (body) => exchange(service.url, notify, body))),
    },
    { name: 'a ping', ...(await cost(service, ping, (frame) => ask(socket, frame), 2_000)) },
  ];
  socket.close();
  return rows;
}

async function dearest(service, name, bytes, frames, send, only) {
  const found = [];
  for (const frame of frames) {
    for (const [shape, make] of Object.entries(VALUES)) {
      if (only && !shape.includes(only)) continue;
      const input = frame.replace(PLACE, () => make(bytes - frame.length - 16));
      const at = { shape, frame, ...(await cost(service, input, send)) };
      found.push(at);
      say(`${name} ${bytes} ${frame.slice(0, 60)} ${shape}: ${at.millis.toFixed(2)} ms, ${at.answer}`);
    }
  }
  const [first] = found.sort((one, other) => other.millis - one.millis);
  return { name, bytes, shapes: found.length, ...first };
}

/** The median CPU time of one input in milliseconds, from several samples. */
async function cost(service, input, send, least = 4) {
  const bytes = Buffer.byteLength(input);
  const times = Math.max(least, Math.min(40, Math.floor(SAMPLE_BYTES / bytes)));
  const buffer = Buffer.from(input);
  let answer = await send(buffer);
  await send(buffer);
  const samples = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const before = await service.sample();
    for (let time = 0; time < times; time += 1) answer = await send(buffer);
    const after = await service.sample();
    samples.push((after.cpuMicros - before.cpuMicros) / 1_000 / times);
  }
  return { bytes, millis: median(samples), answer };
}

/** Sends a body and returns the status. Also reads the answer if the service closes the connection early. */
function exchange(url, { path, method = 'POST', user }, body) {
  const authorization = user === undefined ? {} : { authorization: `Bearer ${accessToken(user)}` };
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...authorization };
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

async function open(url, path, user) {
  const query = user === undefined ? '' : `?token=${webSocketToken(user)}`;
  const socket = new WebSocket(url.replace('http', 'ws') + path + query);
  socket.on('error', (error) => say(error.message));
  await once(socket, 'open');
  return socket;
}

/**
 * Sends a frame and a ping, and waits for the answer to the ping: the messages of a socket are processed one after the
 * other.
 */
let asked = 0;
async function ask(socket, frame) {
  const id = `wait-${(asked += 1)}`;
  let first = null;
  const answered = new Promise((resolve, reject) => {
    const hear = (data) => {
      const message = JSON.parse(String(data));
      first ??= message.code ?? message.type;
      if (message.request_id !== id) return;
      socket.off('message', hear);
      resolve();
    };
    socket.on('message', hear);
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
  });
  socket.send(String(frame));
  socket.send(JSON.stringify({ type: 'ping', request_id: id }));
  await answered;
  socket.removeAllListeners('close');
  return first;
}
