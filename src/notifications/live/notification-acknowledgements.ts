import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { isUuid } from '../../database/uuid.js';
import { requirePosition, StreamPositions } from '../../streams/follow/stream-positions.js';
import { NotificationEvents } from '../notification/notification-events.js';
import { notificationStreams } from '../notification/notifications.service.js';

/** Notifications that one acknowledgement can be about; of more the newest count. */
const MOST_AT_ONCE = 1_000;

/** What clients say they have received. Of broadcasts nothing is written down: it would be a row for each of all users. */
@Injectable()
export class NotificationAcknowledgements {
  constructor(
    private readonly database: Database,
    private readonly positions: StreamPositions,
    private readonly events: NotificationEvents,
  ) {}

  /**
   * The client has heard what stands in the user's stream after `from`, up to `position`. Says where it stands now. Throws
   * invalid_message for what is no position of this user.
   */
  async acknowledge(userId: string, from: number, position: string): Promise<number> {
    const streams = notificationStreams(userId);
    const [until = 0] = requirePosition(this.positions, position, streams);
    const ids = until > from ? await this.heard(streams[0], from, until) : [];
    if (ids.length > 0) await this.database.transaction((tx) => this.events.acknowledged(tx, userId, ids));
    return Math.max(from, until);
  }

  private async heard(stream: string, from: number, until: number): Promise<string[]> {
    const { rows } = await execute<{ id: string | null }>(
      this.database.db,
      sql`SELECT payload->'notification'->>'id' AS id FROM stream_entries
          WHERE stream = ${stream} AND position > ${from} AND position <= ${until} AND type = 'notification_message'
          ORDER BY position DESC LIMIT ${MOST_AT_ONCE}`,
    );
    return rows.flatMap(({ id }) => (id !== null && isUuid(id) ? [id] : []));
  }
}
