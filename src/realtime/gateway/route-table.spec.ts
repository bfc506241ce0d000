import { describe, expect, it } from '@jest/globals';
import { RouteTable } from './route-table.js';

describe('the route table', () => {
  const routes = new RouteTable<string>();
  routes.add('/ws/notifications/:user_id', 'one user');
  routes.add('/ws/notifications', 'own');
  routes.add('/ws/orders/:order_id', 'order');

  it.each([
    ['/ws/notifications', 'own', {}],
    ['/ws/notifications/', 'own', {}],
    ['/ws/notifications/7', 'one user', { user_id: '7' }],
    ['/ws/notifications/7/', 'one user', { user_id: '7' }],
    ['/ws/orders/a%20b/', 'order', { order_id: 'a b' }],
  ])('maps %s to %s', (path, target, params) => {
    expect(routes.match(path)).toEqual({ target, params });
  });

  it.each([
    '/ws/order/7',
    '/ws/orders',
    '/ws/orders//',
    '/ws/orders/7/8',
    '/ws/orders/%E0%A4%A',
    '/',
    '//ws/notifications',
  ])('has no route for %s', (path) => {
    expect(routes.match(path)).toBeNull();
  });
});
