import { Injectable } from '@nestjs/common';
import type { Message } from '../channel-layer/interface/message.js';
import { orderClientMessage } from '../orders/live/order-client-message.js';
import { OrderLocations } from '../orders/tracking/order-locations.js';
import type { OrderRow } from '../orders/order/order-view.js';
import type { ServerMessage } from '../realtime/gateway/gateway.js';
import { OrderShares } from './order-shares.js';
import type { Share } from './order-shares.js';
import { displayStatus, statusLanguage } from '../orders/order/order-status-texts.js';
import { Settings } from '../config/settings.js';
import { ShareTokens } from './share-tokens.js';
import type { SharedOrderStateDto } from './shared-orders.dto.js';

/** What of an update is for anyone. */
const SHOWN = ['order_id', 'status', 'status_display', 'updated_at', 'event', 'place'];

/** What anyone with a link sees. Nothing is known of these readers, so the status is in the default language. */
@Injectable()
export class SharedOrders {
  constructor(
    private readonly shares: OrderShares,
    private readonly tokens: ShareTokens,
    private readonly locations: OrderLocations,
    private readonly settings: Settings,
  ) {}

  /** Throws not_found for a token that is none, gone for a link that is not open any more. */
  find(token: string): Promise<{ row: OrderRow; share: Share }> {
    return this.shares.follow(this.tokens.idOf(token));
  }

  /** Throws as `find`. */
  async state(token: string): Promise<SharedOrderStateDto> {
    const { row, share } = await this.find(token);
    const { id, status, createdAt, updatedAt } = row.order;
    return {
      order: {
        id,
        status,
        status_display: displayStatus(status, statusLanguage(null, this.settings.defaultLanguage)),
        created_at: createdAt.toISOString(),
        updated_at: updatedAt.toISOString(),
      },
      location: await this.locations.latest(row),
      expires_at: share.expires_at,
    };
  }
}

/** A group message of an order as those with a link see it; null for all that is not for them. */
export function sharedClientMessage(message: Message, now: () => string): ServerMessage | null {
  if (message.type !== 'order_update' && message.type !== 'location') return null;
  const seen = orderClientMessage(message, now);
  if (seen?.type !== 'order_update') return seen;
  const update = seen.update as Readonly<Record<string, unknown>>;
  const shown = SHOWN.filter((member) => update[member] !== undefined).map((member) => [member, update[member]]);
  return { type: 'order_update', update: Object.fromEntries(shown) as object };
}
