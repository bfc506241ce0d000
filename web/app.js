import { adminPanel } from './admin-panel.js';
import { customerPanel } from './customer-panel.js';
import { byId, guarded, toast } from './dom.js';
import { KnownIds } from './known-ids.js';
import { Notifications } from './notifications.js';
import { OrderList } from './orders/order-list.js';
import { OrderPage } from './orders/order-page.js';
import { PartnerPanel } from './partner-panel.js';
import { Session } from './session.js';

/** The password of the demo accounts (`DEMO_DATA`). */
const DEMO_PASSWORD = 'tidings-demo';

const session = new Session();
const users = new KnownIds('users');
const partners = new KnownIds('partners');
/** Live components on the board, which must be stopped when it closes. */
let live = [];
let orderPage = null;

function showSignIn() {
  byId('sign-in').hidden = false;
  byId('board').hidden = true;
  byId('who').hidden = true;
  byId('board').replaceChildren();
  showState({ state: 'out', words: 'Not signed in' });
  document.title = 'Tidings';
}

function showState({ state, words }) {
  const element = byId('connection');
  element.dataset.state = state;
  element.textContent = words;
}

function stopAll() {
  for (const part of live) part.stop();
  live = [];
  orderPage?.stop();
  orderPage = null;
}

function showBoard() {
  const { user } = session;
  users.add(user.id, user.name || user.email);
  byId('sign-in').hidden = true;
  byId('board').hidden = false;
  byId('who').hidden = false;
  byId('who-name').textContent = user.name || user.email || user.id;
  byId('who-role').textContent = user.role;
  const list = new OrderList({ session, onOpen: (id) => openOrder(list, id), onListed: rememberIds });
  const notifications = new Notifications({ session, onOrder: () => list.refresh(), onState: showState });
  live = [notifications];
  const panel = panelFor(user.role, list);
  byId('board').replaceChildren(
    column('lists', list.view(), panel),
    column('middle', placeholder()),
    column('side', notifications.view()),
  );
  void list.refresh();
  for (const part of live) void startPart(part);
}

async function startPart(part) {
  try {
    await part.start();
  } catch (error) {
    if (session.user) showState({ state: 'ended', words: `Not connected: ${error.message}` });
  }
}

/** The panel of this role. */
function panelFor(role, list) {
  if (role === 'admin') return adminPanel(session, users);
  if (role === 'customer') {
    return customerPanel(session, async ({ id }) => {
      await list.refresh();
      openOrder(list, id);
    });
  }
  const panel = new PartnerPanel({ session, partners, onOrder: () => list.refresh() });
  live.push(panel);
  return panel.view();
}

function rememberIds(orders) {
  for (const { customer_id: customer, partner_id: partner } of orders) {
    users.add(customer);
    partners.add(partner);
  }
}

function openOrder(list, id) {
  orderPage?.stop();
  orderPage = new OrderPage({ session, id, partners, onChange: (order) => list.update({ ...order, id }) });
  document.querySelector('.middle').replaceChildren(orderPage.view());
  list.mark(id);
  orderPage.start();
  byId('order-title').focus();
}

function column(name, ...sections) {
  const element = document.createElement('div');
  element.className = `column ${name}`;
  element.append(...sections);
  return element;
}

function placeholder() {
  const element = document.createElement('p');
  element.className = 'card quiet';
  element.textContent = 'Open an order to follow it here.';
  return element;
}

function signIn(button, email, password) {
  return guarded(button, byId('sign-in-problem'), async () => {
    await session.signIn(email, password);
    showBoard();
    byId('main').focus();
  });
}

for (const button of document.querySelectorAll('[data-demo]')) {
  button.addEventListener('click', () => signIn(button, `${button.dataset.demo}@example.com`, DEMO_PASSWORD));
}
byId('sign-in-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const { email, password } = event.target.elements;
  void signIn(event.submitter, email.value, password.value).then(() => (password.value = ''));
});
byId('sign-out').addEventListener('click', async () => {
  stopAll();
  await session.signOut();
  showSignIn();
});
session.addEventListener('ended', () => {
  stopAll();
  showSignIn();
  toast('You were signed out.');
});

if (session.user) showBoard();
else showSignIn();
