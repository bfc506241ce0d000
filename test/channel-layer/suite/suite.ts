import type { ChannelLayerOptions } from '../../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../../src/channel-layer/interface/channel-layer.js';

/** What the parts of the suite require. After every test, layers are closed and the prefix changes. */
export interface Suite {
  layer(options?: ChannelLayerOptions): Promise<ChannelLayer>;
  /** Moves the clock forward for all layers of the test, without waiting. */
  passTime(seconds: number): void;
}
