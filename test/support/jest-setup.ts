import { afterEach } from '@jest/globals';
import { settleSockets } from './clients/socket-client.js';

// Loaded before every spec file: no test ends with a message nobody expected.
afterEach(settleSockets);
