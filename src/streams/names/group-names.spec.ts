import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUserId } from '../../auth/users/user-id.js';
import { requireGroupName } from '../../channel-layer/interface/names.js';
import { sideOf } from '../../orders/live/order-signals.js';
import { shareGroup } from '../../shared-orders/shared-order-sockets.js';
import { presenceGroup } from '../../presence/presence-messages.js';
import { BROADCASTS, groupId, orderStream, partnerStream, userNotificationsGroup, userStream } from './group-names.js';
import { ownGroup } from './own-group.js';

/** Every kind of stream and group, with the function that builds its name from an id. */
const STREAMS: Readonly<Record<string, (id: string) => string>> = {
  user: userStream,
  order: orderStream,
  partner: partnerStream,
  broadcasts: () => BROADCASTS,
  control: () => 'control',
};
const OTHERS: Readonly<Record<string, (id: string) => string>> = {
  'notifications of a user': userNotificationsGroup,
  'side of the customer': (id) => sideOf(id, 'customer'),
  'side of the partner': (id) => sideOf(id, 'partner'),
  share: shareGroup,
  'presence of an order': (id) => presenceGroup(orderStream(id)),
  presence: () => ownGroup('presence'),
};
const OWN = Object.entries(STREAMS).map(([kind, name]) => [`own ${kind}`, (id: string) => ownGroup(name(id))] as const);
const KINDS = Object.entries({ ...STREAMS, ...OTHERS, ...Object.fromEntries(OWN) });
/** Kinds with the same name for all ids. */
const SINGLE = new Set(['broadcasts', 'control', 'presence', 'own broadcasts', 'own control']);

/** Texts that could be part of another name, and characters that the encoding itself uses. */
const TRICKS = [
  'user_',
  'order_',
  'partner_',
  'share_',
  'notifications',
  '_notifications',
  '_customer',
  '_partner',
  'presence',
  'tidings.',
  'presence.',
  'control',
  '-.',
  '-..',
  '_',
  '.',
  '-',
  '_7c',
  '|',
  ':',
  '@',
  '/',
  '+',
  '=',
  '%7C',
  '7',
  'ü',
  '€',
  'x'.repeat(63),
  'x'.repeat(64),
  '👍',
];
const ids = fc
  .oneof(
    fc.array(fc.constantFrom(...TRICKS), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }),
    fc.uuid(),
    fc.constantFrom(
      '7_notifications',
      '-.7',
      groupId('auth0|64b7'),
      groupId('x'.repeat(200)),
      'auth0|64b7',
      'x'.repeat(200),
    ),
  )
  .filter(isUserId);
const named = fc.tuple(fc.constantFrom(...KINDS), ids).map(([[kind, name], id]) => ({ kind, id, name: name(id) }));

describe('names of groups and streams', () => {
  it('are equal only for the same kind and id', () => {
    fc.assert(
      fc.property(fc.array(named, { minLength: 2, maxLength: 40 }), (all) => {
        const owners = new Map<string, string>();
        for (const { kind, id, name } of all) {
          const owner = SINGLE.has(kind) ? kind : `${kind} of ${id}`;
          expect(owners.get(name) ?? owner).toBe(owner);
          owners.set(name, owner);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('do not collide if one id is the encoded form, or the name, of another', () => {
    fc.assert(
      fc.property(ids, fc.constantFrom(...KINDS), fc.constantFrom(...KINDS), (id, [first, one], [second, other]) => {
        for (const twin of [groupId(id), one(id), `${id}_notifications`, groupId(groupId(id))]) {
          fc.pre(twin !== id && isUserId(twin));
          fc.pre(first !== second || !SINGLE.has(first));
          expect(other(twin)).not.toBe(one(id));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('follow the rules of Channels', () => {
    fc.assert(
      fc.property(named, ({ name }) => {
        requireGroupName(name);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['7', '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f', 'jane.doe', 'a_b-c', '.hidden', '-1', 'x'.repeat(64)])(
    'contain the id %s unchanged, as Django does',
    (id) => {
      expect(userStream(id)).toBe(`user_${id}`);
      expect(userNotificationsGroup(id)).toBe(`user_${id}_notifications`);
    },
  );

  it.each([
    ['auth0|64b7', '-.auth0_7c64b7'],
    ['7_notifications', '-.7_5fnotifications'],
    ['-.7', '-.-_2e7'],
    ['jörg', '-.j_c3_b6rg'],
    ['x'.repeat(65), '-..9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9'],
  ])('contain the id %s as %s', (id, encoded) => {
    expect(groupId(id)).toBe(encoded);
  });
});

describe('ids of users', () => {
  it.each([
    'auth0|64b7',
    'google-oauth2|1159',
    'eu-west-1:7d0',
    'f:9c2:jane@example.com',
    'sEgq+8/Zk=',
    '7',
    'ü',
    '👍',
    'x'.repeat(255),
    'a%20b',
    '..',
    '{}',
    '<b>',
  ])('can be %s', (id) => {
    expect(isUserId(id)).toBe(true);
  });

  it.each(['', ' ', 'a b', 'a\tb', 'a\nb', 'a\0b', '\u00a0', '\ufeff', '\ud800', '\u2028', '\u0085', 'x'.repeat(256)])(
    'cannot be %j',
    (id) => {
      expect(isUserId(id)).toBe(false);
    },
  );
});
