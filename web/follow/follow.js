import { byId, h, time } from '../dom.js';
import { LiveSocket } from '../live-socket.js';
import { LocationMap } from '../orders/location-map.js';

/** Texts for an `order_update` with an event. */
const EVENTS = {
  'nearby pickup': 'The partner is near the pickup address.',
  'arrived pickup': 'The partner has arrived at the pickup address.',
  'nearby delivery': 'The partner is near the delivery address.',
  'arrived delivery': 'The partner has arrived at the delivery address.',
};

const said = h('p', { className: 'now', id: 'order-status', 'aria-live': 'polite' });
const event = h('p', { id: 'order-event', 'aria-live': 'polite' });
const since = h('p', { className: 'quiet' });
const problem = h('p', { className: 'problem', role: 'alert', hidden: true });
const map = new LocationMap();

/** Requests the order over REST first, because REST answers explain why a link is invalid. */
async function start() {
  const token = location.hash.slice(1);
  const response = await fetch(`../api/shared-orders/${encodeURIComponent(token)}/`);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? 'This link does not work.');
  const socket = new LiveSocket({
    // The link itself is the token, so there is no session that could renew it.
    session: { socketToken: async () => ({ token, endpoints: {} }), end: () => undefined },
    address: () => answer.ws_url,
    onMessage: receive,
    onState: ({ state, words }) => {
      byId('connection').dataset.state = state;
      byId('connection').textContent = words;
    },
  });
  socket.start();
}

function receive(message) {
  if (message.type === 'connection_established') {
    show(message.order);
    if (message.location) map.show(message.location);
  }
  if (message.type === 'order_update') show(message.update);
  if (message.type === 'location') map.show(message);
}

function show({ status_display: display, updated_at: at, event: name, place }) {
  said.textContent = `${display}.`;
  event.textContent = name ? (EVENTS[`${name} ${place}`] ?? '') : '';
  since.replaceChildren('Since ', time(at));
  document.title = `${display} · Tidings`;
}

byId('main').append(
  h(
    'section',
    { className: 'card', id: 'order', 'aria-labelledby': 'order-title' },
    h('h2', { id: 'order-title' }, 'Your order'),
    problem,
    said,
    event,
    since,
    h('h3', {}, 'Location'),
    map.view(),
  ),
);
start().catch((error) => {
  problem.hidden = false;
  problem.textContent = error.message;
  byId('connection').textContent = 'Not connected';
});
// When another link is opened in the same tab, only the fragment changes.
addEventListener('hashchange', () => location.reload());
