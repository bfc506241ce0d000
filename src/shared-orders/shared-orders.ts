import { Injectable } from '@nestjs/common';
import type { Message } from '../channel-layer/interface/message.js';
import { orderClientMessage } from '../orders/live/order-client-message.js';
import { OrderLocations } from '../orders/tracking/order-locations.js';
import type { OrderRow } from '../orders/order/order-view.js';
import type { ServerMessage } from '../realtime/gateway/gateway.js';
import { OrderShares } from './order-shares.js';
import type { Share } from './order-shares.js';
import { displayStatus, statusLanguage } from '../orders/status/order-status-texts.js';
import { Settings } from '../config/settings.js';
import { ShareTokens } from './share-tokens.js';
import type { SharedOrderStateDto } from './shared-orders.dto.js';

/** The public members of an order update. */
const SHOWN = ['order_id', 'status', 'status_display', 'updated_at', 'event', 'place'];

/**
 * Shared orders as seen by anyone with a link. These readers have no known language, so the status is in the default
 * language.
 */
@Injectable()
export class SharedOrders {
  constructor(
    private readonly shares: OrderShares,
    private readonly tokens: ShareTokens,
    private readonly locations: OrderLocations,
    private readonly settings: Settings,
  ) {}

  /** Throws not_found for an invalid token, and gone for a link that is no longer open. */
  find(token: string): Promise<{ row: OrderRow; share: Share }> {
    return this.shares.follow(this.tokens.idOf(token));
  }

  /** Throws the same errors as `find`. */
  async state(token: string): Promise<SharedOrderStateDto> {
    const { row, share } = await this.find(token);
    const { id, status, createdAt, updatedAt } = row.order;
    return {
      order: {
        id,
        status,
        status_display: displayStatus(status, statusLanguage(null, this.settings.notifications.defaultLanguage)),
        created_at: createdAt.toISOString(),
        updated_at: updatedAt.toISOString(),
      },
      location: await this.locations.latest(row),
      expires_at: share.expires_at,
    };
  }
}

/** Converts a group message of an order to its public form. Returns null for messages that are not public. */
export function sharedClientMessage(message: Message, now: () => string): ServerMessage | null {
  if (message.type !== 'order_update' && message.type !== 'location') return null;
  const seen = orderClientMessage(message, now);
  if (seen?.type !== 'order_update') return seen;
  const update = seen.update as Readonly<Record<string, unknown>>;
  const shown = SHOWN.filter((member) => update[member] !== undefined).map((member) => [member, update[member]]);
  return { type: 'order_update', update: Object.fromEntries(shown) as object };
}
