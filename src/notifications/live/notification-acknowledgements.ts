import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { isUuid } from '../../database/uuid.js';
import { requirePosition, StreamPositions } from '../../streams/follow/stream-positions.js';
import { NotificationEvents } from '../notification/notification-events.js';
import { notificationStreams } from '../notification/notifications.service.js';

/** Maximum number of notifications covered by one acknowledgement. If there are more, the newest are used. */
const MOST_AT_ONCE = 1_000;

/**
 * Processes the acknowledgements of clients. Broadcasts are not recorded, because that would need a row for every user.
 */
@Injectable()
export class NotificationAcknowledgements {
  constructor(
    private readonly database: Database,
    private readonly positions: StreamPositions,
    private readonly events: NotificationEvents,
  ) {}

  /**
   * Acknowledges the entries of the user's stream after `from`, up to `position`. Returns the new acknowledged
   * position. Throws invalid_message if the position does not belong to this user's streams.
   */
  async acknowledge(userId: string, from: number, position: string): Promise<number> {
    const streams = notificationStreams(userId);
    const [until = 0] = requirePosition(this.positions, position, streams);
    const ids = until > from ? await this.notificationIds(streams[0], from, until) : [];
    if (ids.length > 0) await this.database.transaction((tx) => this.events.acknowledged(tx, userId, ids));
    return Math.max(from, until);
  }

  private async notificationIds(stream: string, from: number, until: number): Promise<string[]> {
    const { rows } = await execute<{ id: string | null }>(
      this.database.db,
      sql`SELECT payload->'notification'->>'id' AS id FROM stream_entries
          WHERE stream = ${stream} AND position > ${from} AND position <= ${until} AND type = 'notification_message'
          ORDER BY position DESC LIMIT ${MOST_AT_ONCE}`,
    );
    return rows.flatMap(({ id }) => (id !== null && isUuid(id) ? [id] : []));
  }
}
