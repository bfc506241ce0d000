import { Bus } from '../../src/streams/bus/bus.js';
import { GroupSubscriptions } from '../../src/streams/bus/group-subscriptions.js';
import type { Message } from '../../src/channel-layer/interface/message.js';
import type { Settings } from '../../src/config/settings.js';
import type { Admission } from '../../src/realtime/admission/admission.js';
import { PendingAdmissions } from '../../src/realtime/admission/pending-admissions.js';
import { AudienceRegistry } from '../../src/realtime/fan-out/audience-registry.js';
import { CatchUp } from '../../src/realtime/fan-out/catch-up.js';
import { ClientMessages } from '../../src/realtime/fan-out/client-messages.js';
import { Establishment } from '../../src/realtime/admission/establishment.js';
import { FanOut } from '../../src/realtime/fan-out/fan-out.js';
import type { RealtimeGateway } from '../../src/realtime/gateway/gateway.js';
import { HeldMessages } from '../../src/realtime/fan-out/held-messages.js';
import { Resume } from '../../src/realtime/fan-out/resume.js';
import { ServedGateway } from '../../src/realtime/gateway/served-gateway.js';
import type { PositionCodec } from '../../src/streams/position/position-codec.js';
import type { LogEpoch } from '../../src/streams/position/log-epoch.js';
import { StreamFollower } from '../../src/streams/follow/stream-follower.js';
import type { StreamPositions } from '../../src/streams/follow/stream-positions.js';
import type { StreamReader } from '../../src/streams/follow/stream-reader.js';
import { StreamStatistics } from '../../src/streams/follow/stream-statistics.js';
import type { BusEnd } from './unreliable-bus.js';
import type { WireConnection } from './wire.js';

const gatewayInstance: RealtimeGateway = {
  open: () => ({ streams: [] }),
  toClientMessage: ({ silent, id, filler }: Message) => (silent === true ? null : { type: 'entry', id, filler }),
};

const EPOCH = { tag: 'model', onChange: () => undefined, check: () => Promise.resolve() } as unknown as LogEpoch;

/** One process: the real classes between the log, the bus and the connections. */
export class ModelNode {
  readonly gateway = new ServedGateway('/model', gatewayInstance);
  readonly statistics = new StreamStatistics();
  readonly bus: Bus;
  private readonly follower: StreamFollower;
  private readonly establishment: Establishment;
  private readonly connections = new Set<WireConnection>();

  constructor(
    readonly end: BusEnd,
    reader: StreamReader,
    codec: PositionCodec,
  ) {
    const positions = { codec } as StreamPositions;
    const subscriptions = new GroupSubscriptions(end);
    this.follower = new StreamFollower(end, subscriptions, reader, this.statistics, EPOCH);
    this.bus = new Bus(end, subscriptions, EPOCH);
    const [held, clientMessages] = [new HeldMessages(), new ClientMessages()];
    const catchUp = new CatchUp(reader, this.statistics, held, clientMessages);
    const audiences = new AudienceRegistry(
      this.follower,
      subscriptions,
      positions,
      new FanOut(held, clientMessages),
      catchUp,
    );
    const settings = { sockets: { pingInterval: 25 } } as Settings;
    this.establishment = new Establishment(
      {} as Admission,
      new PendingAdmissions(),
      audiences,
      new Resume(positions, reader),
      catchUp,
      settings,
    );
    this.follower.onModuleInit();
    audiences.onModuleInit();
  }

  open(connection: WireConnection, streams: readonly string[], since: string | null): void {
    this.connections.add(connection);
    connection.onceClosed(() => this.connections.delete(connection));
    this.establishment.join(connection, { streams }, since).catch(() => connection.terminate());
  }

  repair(): void {
    void this.follower.repair();
  }

  /** Without closing connections. */
  async die(): Promise<void> {
    await this.end.close();
    for (const connection of [...this.connections]) connection.terminate();
    void this.follower.onApplicationShutdown();
  }
}
