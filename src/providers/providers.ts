import { PROVIDER_CHANNELS } from './provider/delivery-provider.js';
import type { DeliveryProvider, ProviderChannel } from './provider/delivery-provider.js';

/** The providers of this installation, one per channel, on or off. */
export class Providers {
  private readonly byChannel: ReadonlyMap<ProviderChannel, DeliveryProvider>;

  constructor(providers: readonly DeliveryProvider[]) {
    this.byChannel = new Map(providers.map((provider) => [provider.channel, provider]));
  }

  /** The provider of a channel; null if the channel is off. */
  get(channel: ProviderChannel): DeliveryProvider | null {
    const provider = this.byChannel.get(channel);
    return provider?.off === null ? provider : null;
  }

  /** The channels that are on. */
  available(): ProviderChannel[] {
    return [...this.byChannel.values()].filter(({ off }) => off === null).map(({ channel }) => channel);
  }

  /** Why a channel is off, worded for operators; null if it is on. */
  off(channel: ProviderChannel): string | null {
    const provider = this.byChannel.get(channel);
    return provider ? provider.off : `this version does not support ${channel}`;
  }

  /** The channels that are off, and why. */
  get unavailable(): Partial<Record<ProviderChannel, string>> {
    const reasons = PROVIDER_CHANNELS.map((channel) => [channel, this.off(channel)] as const);
    return Object.fromEntries(reasons.filter(([, reason]) => reason !== null));
  }
}
