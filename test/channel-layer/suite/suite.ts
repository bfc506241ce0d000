import type { ChannelLayerOptions } from '../../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../../src/channel-layer/interface/channel-layer.js';

/** What the chapters of the suite ask for; layers are closed and prefixes change after every test. */
export interface Suite {
  layer(options?: ChannelLayerOptions): Promise<ChannelLayer>;
  /** Lets time pass for the layers made so far and later, without waiting. */
  passTime(seconds: number): void;
}
