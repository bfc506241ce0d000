import type { Settings } from './settings.js';

/**
 * The base URL of links in messages, without a trailing slash: PUBLIC_URL. Outside production, the default is the address of this machine. Null if
 * links would not work: in production without PUBLIC_URL, and on a port that the system chose.
 */
export function publicBase({ process: { publicUrl, nodeEnv, port } }: Settings): string | null {
  if (publicUrl !== undefined) return publicUrl;
  return nodeEnv === 'production' || port === 0 ? null : `http://localhost:${port}`;
}
