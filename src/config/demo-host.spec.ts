import { describe, expect, it } from '@jest/globals';
import { loadSettings } from './load-settings.js';

describe('DEMO_DATA', () => {
  it.each(['0.0.0.0', '::', '192.0.2.1', 'tidings.local'])(
    'is rejected with HOST=%s, which other machines can reach',
    (host) => {
      const start = (environment: Record<string, string>) => () =>
        loadSettings({ HOST: host, DATABASE_URL: 'pglite://memory', JWT_SECRET: 'x'.repeat(32), ...environment });

      expect(start({})).toThrow(/HOST.*DEMO_DATA=false/);
      expect(start({ DEMO_DATA: 'true' })).toThrow(/HOST.*DEMO_DATA=false/);
      expect(start({ DEMO_DATA: 'false' })).not.toThrow();
      expect(start({ HOST: 'localhost' })).not.toThrow();
      expect(start({ HOST: '127.0.0.2' })).not.toThrow();
      expect(start({ HOST: '::1' })).not.toThrow();
    },
  );
});
