import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { Actor } from '../../auth/principal/actor.js';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { pageOf, pageRequest } from '../../pagination/page.js';
import type { Page } from '../../pagination/page.js';
import { metresBetween } from '../order/geo.js';
import { MAX_TRACK_POINTS } from './order-track.dto.js';
import type { TrackPointDto, TrackQuery } from './order-track.dto.js';
import { measuredPoint } from './measured-point.js';
import type { Fix } from './order-movement.js';
import { requireRelation } from '../order/order-relation.js';
import { orderTrack } from './order-track.table.js';
import { OrdersRepository } from '../order/orders.repository.js';

/** A point is stored only if it is at least this far from the last stored point, in metres and milliseconds. */
const SPACING_M = 20;
const SPACING_MS = 2_000;
/** Number of points used to compute the speed. */
const RECENT = 10;
const PLACE = /^-?\d{1,15}_\d{1,15}$/;

type TrackRow = typeof orderTrack.$inferSelect;

/** The trip of one partner for one order. */
export interface Journey {
  readonly orderId: string;
  readonly partnerId: string;
}

/** The state of a stored track, kept by the node that adds points to it. */
export interface TrackState {
  last: Fix | null;
  /** The last stored point that arrived late. */
  late: Fix | null;
  count: number;
}

/** Stores the track of an order's partner with a reduced number of points. */
@Injectable()
export class OrderTrack {
  constructor(
    private readonly database: Database,
    private readonly repository: OrdersRepository,
  ) {}

  /**
   * The points in the order of measurement, oldest first, for participants and administrators. Throws not_found,
   * forbidden.
   */
  async list(actor: Actor, orderId: string, query: TrackQuery): Promise<Page<TrackPointDto>> {
    const row = await this.repository.find(orderId);
    requireRelation(row, actor, ['customer', 'partner', 'admin']);
    const request = pageRequest(query, PLACE);
    const after = request.after === null ? undefined : afterPoint(request.after);
    const rows = await this.database.db
      .select()
      .from(orderTrack)
      .where(and(eq(orderTrack.orderId, row.order.id), after))
      .orderBy(asc(orderTrack.measuredAt), asc(orderTrack.sequence))
      .limit(request.take);
    return pageOf(
      rows,
      request,
      (point) => `${point.measuredAt.getTime()}_${point.sequence}`,
      (row) => measuredPoint(fixOf(row)),
    );
  }

  /** The last points of this partner on this order, oldest first. */
  async recent({ orderId, partnerId }: Journey): Promise<Fix[]> {
    const rows = await this.database.db
      .select()
      .from(orderTrack)
      .where(and(eq(orderTrack.orderId, orderId), eq(orderTrack.partnerId, partnerId)))
      .orderBy(desc(orderTrack.measuredAt), desc(orderTrack.sequence))
      .limit(RECENT);
    return rows.reverse().map(fixOf);
  }

  async state(journey: Journey, recent: readonly Fix[]): Promise<TrackState> {
    const count = await this.database.db.$count(orderTrack, eq(orderTrack.orderId, journey.orderId));
    return { last: recent.at(-1) ?? null, late: null, count };
  }

  /**
   * Stores the position if it is far enough from the last stored one. `isLate`: it was measured before the current
   * position.
   */
  async record({ orderId, partnerId }: Journey, state: TrackState, fix: Fix, isLate = false): Promise<void> {
    if (isClose(state.last, fix) || (isLate && isClose(state.late, fix))) return;
    // Set before the insert is awaited: positions that arrive meanwhile are compared with this one.
    state[isLate ? 'late' : 'last'] = fix;
    state.count += 1;
    const { latitude, longitude, accuracy, heading, measuredAt } = fix;
    const point = { orderId, partnerId, latitude, longitude, measuredAt: new Date(measuredAt) };
    const reals = { accuracy: toReal(accuracy), heading: toReal(heading) };
    await this.database.db.insert(orderTrack).values({ ...point, ...reals });
    if (state.count > MAX_TRACK_POINTS) await this.thinOut(orderId, state);
  }

  /** Keeps the first point and every second point after it. */
  private async thinOut(orderId: string, state: TrackState): Promise<void> {
    state.count = Math.ceil(state.count / 2);
    await execute(
      this.database.db,
      sql`
      DELETE FROM order_track WHERE sequence IN (
        SELECT sequence FROM (
          SELECT sequence, row_number() OVER (ORDER BY measured_at, sequence) AS place FROM order_track WHERE order_id = ${orderId}
        ) AS points
        WHERE place % 2 = 0
      )`,
    );
  }
}

/** Points after the cursor's point. Ordered by time of measurement, because points may arrive late. */
function afterPoint(cursor: string): SQL {
  const [measuredAt, sequence] = cursor.split('_').map(Number) as [number, number];
  const moment = sql`to_timestamp(${measuredAt}::double precision / 1000)`;
  return sql`(${orderTrack.measuredAt}, ${orderTrack.sequence}) > (${moment}, ${sequence}::bigint)`;
}

function isClose(kept: Fix | null, fix: Fix): boolean {
  if (!kept) return false;
  return metresBetween(kept, fix) < SPACING_M || Math.abs(fix.measuredAt - kept.measuredAt) < SPACING_MS;
}

function fixOf({ latitude, longitude, accuracy, heading, measuredAt, recordedAt }: TrackRow): Fix {
  return {
    latitude,
    longitude,
    accuracy,
    heading,
    measuredAt: measuredAt.getTime(),
    receivedAt: recordedAt.getTime(),
  };
}

/** PostgreSQL rejects a number too close to zero for a `real` column, so it is rounded to that precision. */
function toReal(value: number | null): number | null {
  return value === null ? null : Math.fround(value);
}
