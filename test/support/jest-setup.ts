import { afterEach } from '@jest/globals';
import { settleSockets } from './clients/socket-client.js';

// Loaded before every spec file. A test fails if it ends with an unexpected message.
afterEach(settleSockets);
