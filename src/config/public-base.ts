import type { Settings } from './settings.js';

/**
 * Where links in messages point to, without a trailing slash: PUBLIC_URL, outside production else this machine. Null where no
 * link would work: in production without PUBLIC_URL, and on a port that the system chose.
 */
export function publicBase({ publicUrl, nodeEnv, port }: Settings): string | null {
  if (publicUrl !== undefined) return publicUrl;
  return nodeEnv === 'production' || port === 0 ? null : `http://localhost:${port}`;
}
