/**
 * Forbids circular imports between folders. This is a separate configuration because it excludes specs: they start the whole
 * service, so with them every folder would depend on every other.
 */
import rooms from './.dependency-cruiser.js';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles-between-folders', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
  ],
  options: { ...rooms.options, exclude: { path: '\\.spec\\.ts$' } },
};
