import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { isUuid, UUID } from '../../database/uuid.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { PageQuery } from '../../pagination/page.js';
import { Settings } from '../../config/settings.js';
import { Devices } from '../devices/devices.js';
import type { Device, NewDevice } from '../devices/devices.js';
import type { DeviceDto, DevicePageDto, RegisterDeviceDto } from './devices.dto.js';
import { Fcm } from '../push/fcm.js';
import { areSubscriptionKeys } from '../push/web-push-encryption.js';
import { WebPushHosts } from '../push/web-push-hosts.js';
import { WebPush } from '../push/web-push.js';

type Address = Pick<NewDevice, 'address' | 'p256dh' | 'auth'>;

/** Registers, lists and removes the devices on which users receive push messages. */
@Injectable()
export class DeviceRegistration {
  private readonly hosts: WebPushHosts;

  constructor(
    private readonly devices: Devices,
    private readonly database: Database,
    private readonly fcm: Fcm,
    private readonly webPush: WebPush,
    { providers: { webPushHosts } }: Settings,
  ) {
    this.hosts = new WebPushHosts(webPushHosts);
  }

  /** Registers a device. Throws conflict while push to this kind of device is off, and invalid_message for an invalid address. */
  register(request: IdempotentRequest | null, userId: string, body: RegisterDeviceDto): Promise<DeviceDto> {
    const { kind, name = '' } = body;
    const off = kind === 'fcm' ? this.fcm.off : this.webPush.off;
    if (off !== null) throw new ServiceError('conflict', `Push to devices of this kind is off: ${off}.`);
    const address = this.addressOf(body);
    const register = async ({ db }: Transaction): Promise<DeviceDto> =>
      deviceView(await this.devices.register(db, { id: uuidv7(), userId, kind, name, ...address }));
    return this.database.transaction(register, { once: request });
  }

  async list(userId: string, query: PageQuery): Promise<DevicePageDto> {
    const request = pageRequest(query, UUID);
    const rows = await this.devices.list(userId, request.after, request.take);
    const page = pageOf(rows, request, ({ id }) => id, deviceView);
    return { ...page, web_push_public_key: this.webPush.publicKey };
  }

  /** Throws not_found, forbidden. */
  async remove(userId: string, id: string): Promise<void> {
    const device = isUuid(id) ? await this.devices.find(id) : null;
    if (!device) throw new ServiceError('not_found', 'There is no such device.');
    if (device.userId !== userId) throw new ServiceError('forbidden', 'This device belongs to another user.');
    await this.devices.remove(id);
  }

  private addressOf({ token, subscription }: RegisterDeviceDto): Address {
    if (!subscription) return { address: token ?? '', p256dh: null, auth: null };
    const { endpoint, keys } = subscription;
    if (!this.hosts.allows(endpoint)) {
      throw refused('endpoint', 'must be an https address of a push service that WEB_PUSH_HOSTS names');
    }
    if (!areSubscriptionKeys(keys)) throw refused('keys/p256dh', 'must be a public key of the curve P-256');
    return { address: endpoint, p256dh: keys.p256dh, auth: keys.auth };
  }
}

function refused(member: string, detail: string): ServiceError {
  const pointer = `#/subscription/${member}`;
  return new ServiceError('invalid_message', `${pointer} ${detail}`, { errors: [{ pointer, detail }] });
}

function deviceView({ id, kind, name, createdAt, registeredAt }: Device): DeviceDto {
  return { id, kind, name, created_at: createdAt.toISOString(), registered_at: registeredAt.toISOString() };
}
