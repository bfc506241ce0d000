import { afterEach, describe } from '@jest/globals';
import type { ChannelLayerOptions } from '../../src/channel-layer/interface/channel-layer-options.js';
import type { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { describeChannels } from './suite/channels.js';
import { describeExpiry } from './suite/expiry.js';
import { describeGroups } from './suite/groups.js';
import { describeListeners } from './suite/listeners.js';
import { describePayloads } from './suite/payloads.js';
import { describeSharing } from './suite/sharing.js';
import type { Suite } from './suite/suite.js';

/** What a backend provides for the suite. */
export interface ChannelLayerFactory {
  /** Returns a layer that shares messages with the other layers of the same test, if the backend supports that. */
  create(options: ChannelLayerOptions): Promise<ChannelLayer>;
}

let prefixes = 0;

/** The specification of the channel layer as tests. Every backend passes all of them. */
export function describeChannelLayer(name: string, factory: () => ChannelLayerFactory, shared: boolean): void {
  describe(name, () => {
    const layers: ChannelLayer[] = [];
    let skippedMilliseconds = 0;
    let prefix = nextPrefix();
    const suite: Suite = {
      async layer(options = {}) {
        const now = (): number => Date.now() + skippedMilliseconds;
        const layer = await factory().create({ prefix, now, ...options });
        layers.push(layer);
        return layer;
      },
      passTime(seconds) {
        skippedMilliseconds += seconds * 1000;
      },
    };
    afterEach(async () => {
      await Promise.all(layers.splice(0).map((layer) => layer.close()));
      skippedMilliseconds = 0;
      prefix = nextPrefix();
    });
    describeChannels(suite);
    describeExpiry(suite);
    describeGroups(suite);
    describeListeners(suite);
    describePayloads(suite);
    if (shared) describeSharing(suite);
  });
}

function nextPrefix(): string {
  prefixes++;
  return `test${process.pid}x${prefixes}`;
}
