import { Injectable } from '@nestjs/common';
import { DeliveryProvider } from '../provider/delivery-provider.js';
import type { Outcome, OutgoingMessage, Recipient } from '../provider/delivery-provider.js';
import { Devices } from '../devices/devices.js';
import type { TargetDevice } from '../devices/devices.js';
import type { DeviceKind } from '../devices/devices.table.js';
import { Fcm } from './fcm.js';
import { giveUp } from '../provider/provider-request.js';
import type { DeviceOutcome } from './push-outcome.js';
import { WebPush } from './web-push.js';

/**
 * Sends push messages to all devices of a user: phones through FCM, browsers through Web Push. Neither supports idempotency keys.
 * A retry skips devices that were already reached. If a message is sent again nevertheless, it replaces its first copy on the
 * device.
 */
@Injectable()
export class PushProvider extends DeliveryProvider {
  readonly channel = 'push';
  readonly off: string | null;
  private readonly kinds: readonly DeviceKind[];

  constructor(
    private readonly devices: Devices,
    private readonly fcm: Fcm,
    private readonly webPush: WebPush,
  ) {
    super();
    const [fcmIsOn, webPushIsOn] = [fcm.off === null, webPush.off === null];
    this.off = fcmIsOn || webPushIsOn ? null : 'neither FCM_SERVICE_ACCOUNT nor VAPID_PUBLIC_KEY is set';
    this.kinds = [...(fcmIsOn ? (['fcm'] as const) : []), ...(webPushIsOn ? (['web_push'] as const) : [])];
  }

  async deliver(recipient: Recipient, message: OutgoingMessage, key: string): Promise<Outcome> {
    const targets = await this.devices.targets(recipient.userId, this.kinds, key);
    if (targets.length === 0) return { status: 'skipped', reason: 'no_address' };
    const outcomes = await Promise.all(targets.map((device) => this.send(device, message)));
    const ids = (status: DeviceOutcome['status']): string[] =>
      targets.filter((_, index) => outcomes[index]?.status === status).map(({ id }) => id);
    await Promise.all(ids('gone').map((id) => this.devices.remove(id)));
    const outcome = together(outcomes);
    // The next attempt skips these devices.
    if (outcome.status === 'failed' && outcome.retry) await this.devices.keepReached(key, ids('sent'));
    return outcome;
  }

  private async send(device: TargetDevice, message: OutgoingMessage): Promise<DeviceOutcome> {
    if (device.reached) return { status: 'sent', providerId: null };
    if (device.kind === 'fcm') return this.fcm.send(device.address, message);
    const { address: endpoint, p256dh, auth } = device;
    return this.webPush.send({ endpoint, p256dh: p256dh ?? '', auth: auth ?? '' }, message);
  }
}

/**
 * Combines the outcomes of all devices. If any device can be retried, the delivery is retried. Otherwise it is sent if at least
 * one device was reached.
 */
function together(outcomes: readonly DeviceOutcome[]): Outcome {
  const failed = outcomes.filter((outcome) => outcome.status === 'failed');
  const passing = failed.filter(({ retry }) => retry);
  const [first] = passing;
  if (first) {
    const waits = passing.map(({ retryAfterMs }) => retryAfterMs ?? 0);
    return { ...first, ...(waits.some((wait) => wait > 0) && { retryAfterMs: Math.max(...waits) }) };
  }
  const sent = outcomes.filter((outcome) => outcome.status === 'sent');
  if (sent.length > 0) return { status: 'sent', providerId: sent.find((each) => each.providerId)?.providerId ?? null };
  return failed[0] ?? giveUp('no device of this user is registered any more');
}
