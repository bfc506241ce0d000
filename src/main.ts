import { letHeapGrow } from './heap-growth.js';
import { exitOnSignals } from './start-signals.js';

exitOnSignals();

// Imported only now, because loading these modules creates most of the short-lived objects.
const { start } = await import('./start.js');
await start();
letHeapGrow();
