import { describe, expect, it } from '@jest/globals';
import { actionProblems } from './notification-actions.js';

const VIEW = { id: 'view', label: 'View order', url: '/orders/7' };

describe('the actions of a notification', () => {
  it.each([
    undefined,
    [],
    [VIEW],
    [
      VIEW,
      { ...VIEW, id: 'b', url: 'https://shop.example/a?b=c#d' },
      { ...VIEW, id: 'C.3_-', url: 'http://[::1]:8000' },
    ],
    [{ ...VIEW, label: 'ü'.repeat(60), style: 'primary' }],
    [{ ...VIEW, url: `/${'x'.repeat(1_999)}` }],
  ])('can be %#', (actions) => {
    expect(actionProblems({ ...(actions && { actions }), link: '/status' })).toEqual([]);
  });

  it.each([
    [null, ''],
    [{}, ''],
    [[VIEW, VIEW, VIEW, VIEW], ''],
    [['view'], '/0'],
    [[null], '/0'],
    [[{ ...VIEW, id: '' }], '/0/id'],
    [[{ ...VIEW, id: 7 }], '/0/id'],
    [[VIEW, { ...VIEW, label: 'Again' }], '/1/id'],
    [[{ ...VIEW, label: ' ' }], '/0/label'],
    [[{ ...VIEW, label: 'two\nlines' }], '/0/label'],
    [[{ ...VIEW, label: 'x'.repeat(61) }], '/0/label'],
    [[{ id: 'view', label: 'View' }], '/0/url'],
    ...[
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      ' https://a.example',
      'https:///a',
      'https:evil.example',
      'orders/7',
      '',
      `/${'x'.repeat(2_000)}`,
      'http://[::1',
    ].map((url) => [[{ ...VIEW, url }], '/0/url'] as const),
  ])('cannot be %j', (actions, place) => {
    expect(actionProblems({ actions })).toEqual([{ pointer: `#/data/actions${place}`, detail: expect.any(String) }]);
  });

  it('have a pointer for each problem', () => {
    expect(actionProblems({ actions: [VIEW, { id: '?', label: '', url: 'x' }] }).map(({ pointer }) => pointer)).toEqual(
      ['#/data/actions/1/id', '#/data/actions/1/label', '#/data/actions/1/url'],
    );
  });
});
