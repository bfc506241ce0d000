import { Section } from '../declarations/section.js';
import { Amount, List } from '../declarations/variable.js';

/** Messages to other services. */
@Section('Webhooks')
export class WebhookSettings {
  @List({
    description:
      'The hosts inside your network that may receive webhooks, in the form of `ALLOWED_HOSTS`: `http://erp.internal:8080`. Without an entry, ' +
      'webhooks go to public addresses over https only.',
    default: '',
    pattern: /^([a-z][a-z\d+.-]*:\/\/)?(\[[\da-f:.]+\]|\.?[\p{L}\p{N}\p{M}_.-]+)(:\d{1,5})?$/iu,
    of: 'hosts such as erp.internal, .internal or http://10.0.0.7:8080',
  })
  readonly webhookPrivateHosts!: readonly string[];

  @Amount({
    description:
      'Delay before the first retry of a webhook. It doubles with each retry, up to 8 hours, and is shortened by a random part of up to a quarter. ' +
      'A message is retried for three days.',
    unit: 'seconds',
    default: '5',
  })
  readonly webhookRetryDelay!: number;
}
