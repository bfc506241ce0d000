import { field, guarded, h } from './dom.js';
import { newKey } from './session.js';

/** A form that creates an order. Calls `onCreated(order)` afterwards. */
export function customerPanel(session, onCreated) {
  const inputs = orderInputs();
  const button = h('button', { className: 'primary' }, 'Order');
  const problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  // Keep the key until the request succeeds, so that an order is not created twice if an answer is lost.
  let key = newKey();
  const onsubmit = (event) => {
    event.preventDefault();
    return guarded(button, problem, async () => {
      const options = { body: orderOf(inputs), headers: { 'Idempotency-Key': key } };
      const { body } = await session.request('POST', 'orders/', options);
      key = newKey();
      onCreated(body);
    });
  };
  return h(
    'section',
    { className: 'card', id: 'new-order', 'aria-labelledby': 'new-order-title' },
    h('h2', { id: 'new-order-title' }, 'New order'),
    h('form', { onsubmit, onchange: () => (key = newKey()) }, ...orderFields(inputs), button, problem),
  );
}

function orderInputs() {
  const text = (id, value) => h('input', { id, value, required: true, maxLength: 200 });
  const number = (id, value, min, step) => h('input', { id, type: 'number', min, step, value, required: true });
  return {
    pickup: text('pickup', 'Laundry, 4 Mill Lane'),
    delivery: text('delivery', '12 Rose Street'),
    item: text('item', 'Shirts, ironed'),
    quantity: number('quantity', '3', '1', '1'),
    price: number('price', '3.20', '0', '0.01'),
    notes: h('input', { id: 'notes', maxLength: 2000 }),
  };
}

function orderFields({ pickup, delivery, item, quantity, price, notes }) {
  return [
    field('Pick up at', pickup),
    field('Deliver to', delivery),
    h('div', { className: 'row' }, field('Item', item), field('Quantity', quantity), field('Price', price)),
    field('Notes', notes),
  ];
}

function orderOf({ pickup, delivery, item, quantity, price, notes }) {
  return {
    pickup_address: pickup.value,
    delivery_address: delivery.value,
    items: [{ name: item.value, quantity: quantity.valueAsNumber, unit_price: price.value }],
    notes: notes.value,
  };
}
