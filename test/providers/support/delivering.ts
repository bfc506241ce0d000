import { randomUUID } from 'node:crypto';
import type {
  Outcome,
  OutgoingMessage,
  ProviderChannel,
  Recipient,
} from '../../../src/providers/provider/delivery-provider.js';
import { Providers } from '../../../src/providers/providers.js';
import type { Person } from '../../support/people.js';
import type { Stack } from '../../support/stack.js';

/** One delivery attempt by the provider of the running service, with a new key unless one is given. */
export function deliver(
  stack: Stack,
  channel: ProviderChannel,
  person: Person,
  { key = randomUUID(), phone = null, ...members }: Partial<OutgoingMessage & Recipient> & { key?: string } = {},
): Promise<Outcome> {
  const provider = stack.apps[0]?.get(Providers).get(channel);
  if (!provider) throw new Error(`${channel} is off`);
  const recipient = { userId: person.id, name: person.name, email: person.email, phone, language: 'en' };
  const message: OutgoingMessage = {
    notificationId: randomUUID(),
    notificationType: 'general',
    title: 'Your shirts',
    text: 'They are ready.',
    html: null,
    data: {},
    urgent: false,
    unsubscribeUrl: null,
    ...members,
  };
  return provider.deliver(recipient, message, key);
}
