import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { OrderMovement } from './order-movement.js';
import { OrderTrack } from './order-track.js';
import type { Journey, TrackState } from './order-track.js';

/** Maximum number of journeys cached on this node. Evicted journeys are read from the track again. */
const MOST_CACHED = 10_000;

export interface KnownJourney {
  readonly movement: OrderMovement;
  readonly track: TrackState;
}

/** Caches the journeys of active partners on this node. The journey used least recently is evicted first. */
@Injectable()
export class MovementCache {
  private readonly journeys = new Map<string, Promise<KnownJourney>>();

  constructor(
    private readonly track: OrderTrack,
    private readonly settings: Settings,
  ) {}

  /** Throws when the database is unavailable. */
  get(journey: Journey): Promise<KnownJourney> {
    const key = `${journey.orderId} ${journey.partnerId}`;
    const known = this.journeys.get(key) ?? this.load(key, journey);
    this.journeys.delete(key);
    this.journeys.set(key, known);
    const [oldest] = this.journeys.size > MOST_CACHED ? this.journeys.keys() : [];
    if (oldest !== undefined) this.journeys.delete(oldest);
    return known;
  }

  private load(key: string, journey: Journey): Promise<KnownJourney> {
    const loading = this.read(journey);
    loading.catch(() => this.journeys.delete(key));
    return loading;
  }

  private async read(journey: Journey): Promise<KnownJourney> {
    const recent = await this.track.recent(journey);
    const track = await this.track.state(journey, recent);
    return { movement: new OrderMovement(this.settings.orders, recent, Date.now()), track };
  }
}
