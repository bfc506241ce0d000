import { field, guarded, h } from '../dom.js';

/** The next action of a partner, by status. */
const NEXT = {
  pending: ['confirmed', 'Confirm'],
  confirmed: ['picked_up', 'Picked up'],
  picked_up: ['in_progress', 'Start work'],
  in_progress: ['ready', 'Ready'],
  ready: ['out_for_delivery', 'Set out'],
  out_for_delivery: ['completed', 'Complete'],
};
const BEFORE_PICK_UP = ['pending', 'confirmed'];
const ENDED = ['completed', 'cancelled'];

/** A short route through a town, in degrees, for demos without a moving partner. */
const WAY = [
  [52.51862, 13.37618],
  [52.51812, 13.37841],
  [52.51761, 13.38247],
  [52.51733, 13.38755],
  [52.51798, 13.39203],
  [52.51836, 13.39684],
  [52.51921, 13.40112],
  [52.52069, 13.4051],
];
/** The number of route points sent for each order. */
const stepsTaken = new Map();

/** The buttons and forms for this order and user. Their results arrive over the socket. */
export function orderActions(order, options) {
  const { role } = options.session.user;
  if (role === 'admin') return adminActions(order, options);
  return role === 'partner' ? partnerActions(order, options) : customerActions(order, options);
}

function customerActions(order, options) {
  if (!BEFORE_PICK_UP.includes(order.status)) return [];
  return [statusButton(order, ['cancelled', 'Cancel the order'], options, '')];
}

function partnerActions(order, options) {
  const actions = [];
  if (NEXT[order.status]) actions.push(statusButton(order, NEXT[order.status], options, 'primary'));
  if (BEFORE_PICK_UP.includes(order.status)) actions.push(statusButton(order, ['cancelled', 'Cancel'], options, ''));
  if (!ENDED.includes(order.status)) actions.push(locationButton(order, options));
  return actions;
}

function adminActions(order, options) {
  const actions = [];
  if (BEFORE_PICK_UP.includes(order.status)) actions.push(assignForm(order, options));
  if (NEXT[order.status]) actions.push(statusButton(order, NEXT[order.status], options, ''));
  if (BEFORE_PICK_UP.includes(order.status)) actions.push(statusButton(order, ['cancelled', 'Cancel'], options, ''));
  return actions;
}

function statusButton({ id }, [status, label], { session, problem }, className) {
  const button = h('button', { type: 'button', className, 'data-status': status }, label);
  button.addEventListener('click', () =>
    guarded(button, problem, () => session.request('PATCH', `orders/${id}/status/`, { body: { status } })),
  );
  return button;
}

function locationButton({ id }, { session, problem }) {
  const button = h('button', { type: 'button' }, 'Send location');
  button.addEventListener('click', () =>
    guarded(button, problem, async () => {
      const step = stepsTaken.get(id) ?? 0;
      const [latitude, longitude] = WAY[step % WAY.length];
      await session.request('POST', `orders/${id}/location/`, { body: { latitude, longitude, accuracy: 8 } });
      stepsTaken.set(id, step + 1);
    }),
  );
  return button;
}

function assignForm({ id, partner_id: current }, { session, problem, partners }) {
  const input = h('input', { id: 'assign-partner', name: 'partner', required: true, autocomplete: 'off' });
  input.setAttribute('list', 'known-partners');
  input.value = current ?? partners.first() ?? '';
  const button = h('button', { className: 'primary' }, current === null ? 'Assign' : 'Assign again');
  const assign = (event) => {
    event.preventDefault();
    const body = { partner_id: input.value.trim() };
    return guarded(button, problem, () => session.request('POST', `orders/${id}/assign/`, { body }));
  };
  return h(
    'form',
    { className: 'inline', onsubmit: assign },
    field('Partner id', input),
    partners.list('known-partners'),
    button,
  );
}
