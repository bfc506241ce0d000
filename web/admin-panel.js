import { field, guarded, h, toast } from './dom.js';
import { newKey } from './session.js';

/** A form that sends a notification to one user or to all users. `users` suggests ids. */
export function adminPanel(session, users) {
  const audience = audienceInputs(users);
  const type = h('input', { id: 'type', value: 'general', required: true, pattern: '[a-z0-9_.\\-]{1,64}' });
  const title = h('input', { id: 'title', required: true, maxLength: 200 });
  const message = h('textarea', { id: 'message', required: true, maxLength: 4000, rows: 3 });
  const button = h('button', { className: 'primary' }, 'Send');
  const problem = h('p', { className: 'problem', role: 'alert', hidden: true });
  // Keep the key until the request succeeds, so that a notification is not sent twice if an answer is lost.
  let key = newKey();
  const onsubmit = (event) => {
    event.preventDefault();
    return guarded(button, problem, async () => {
      const texts = { notification_type: type.value, title: title.value, message: message.value };
      const options = { body: { ...audience.value(), ...texts }, headers: { 'Idempotency-Key': key } };
      await session.request('POST', 'notifications/', options);
      key = newKey();
      title.value = '';
      message.value = '';
      toast('The notification was sent.');
    });
  };
  const fields = [field('Type', type), field('Title', title), field('Message', message)];
  return h(
    'section',
    { className: 'card', id: 'send', 'aria-labelledby': 'send-title' },
    h('h2', { id: 'send-title' }, 'Send a notification'),
    h('form', { onsubmit, onchange: () => (key = newKey()) }, audience.view, ...fields, button, problem),
  );
}

/** All users, or one user by id. */
function audienceInputs(users) {
  const toAll = h('input', { type: 'radio', name: 'audience', id: 'to-all', checked: true });
  const toOne = h('input', { type: 'radio', name: 'audience', id: 'to-one' });
  const user = h('input', { id: 'user-id', disabled: true, required: true, autocomplete: 'off' });
  user.setAttribute('list', 'known-users');
  const suggestions = h('div', {}, users.list('known-users'));
  const onchange = () => {
    user.disabled = toAll.checked;
    suggestions.replaceChildren(users.list('known-users'));
    user.value ||= toOne.checked ? (users.first() ?? '') : '';
  };
  const view = h(
    'fieldset',
    { onchange },
    h('legend', {}, 'To'),
    h('span', {}, toAll, ' ', h('label', { for: 'to-all' }, 'everybody')),
    h('span', {}, toOne, ' ', h('label', { for: 'to-one' }, 'one user')),
    field('User id', user),
    suggestions,
  );
  return { view, value: () => (toAll.checked ? { broadcast: true } : { user_id: user.value.trim() }) };
}
