import { letHeapGrow } from './heap-growth.js';
import { exitOnSignals } from './start-signals.js';

exitOnSignals();

// Not before: loading makes most of what is needed once.
const { start } = await import('./start.js');
await start();
letHeapGrow();
