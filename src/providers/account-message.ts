import type { User } from '../auth/users/users.js';
import { JobFailed } from '../jobs/job.js';
import type { DeliveryProvider, OutgoingMessage } from './provider/delivery-provider.js';

/**
 * Sends a message about the account itself, such as a confirmation, in a job. Throws JobFailed, with the provider's wish for a retry.
 * `key`: the same for each attempt. `provider`: null if the channel is off; then nothing is sent.
 */
export async function sendAccountMessage(
  provider: DeliveryProvider | null,
  { id: userId, email, phone, language }: User,
  message: OutgoingMessage,
  key: string,
): Promise<void> {
  // Without the name, because another person may have registered with this address and chosen the name.
  const recipient = { userId, email, phone, language: language ?? 'en', name: '' };
  const outcome = await provider?.deliver(recipient, message, key);
  if (outcome?.status !== 'failed') return;
  const { error, retry, retryAfterMs } = outcome;
  throw new JobFailed(error, { retry, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}
