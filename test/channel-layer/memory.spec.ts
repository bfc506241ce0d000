import { MemoryChannelLayer } from '../../src/channel-layer/memory/memory-channel-layer.js';
import { describeChannelLayer } from './describe-channel-layer.js';

describeChannelLayer(
  'MemoryChannelLayer',
  () => ({ create: (options) => Promise.resolve(new MemoryChannelLayer(options)) }),
  false,
);
