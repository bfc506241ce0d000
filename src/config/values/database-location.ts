import { resolve } from 'node:path';
import { isDecodable } from './urls.js';

/** Location of the data: a PostgreSQL server, or PGlite in a folder or in memory. */
export type DatabaseLocation =
  | { readonly kind: 'server'; readonly url: string }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'memory' };

/** Parses a DATABASE_URL; null if it is invalid. Relative folders are relative to the current directory. */
export function databaseLocation(url: string): DatabaseLocation | null {
  if (url === 'pglite://memory') return { kind: 'memory' };
  const [, folder] = /^pglite:\/\/(.+)$/.exec(url) ?? [];
  if (folder !== undefined) return { kind: 'folder', folder: resolve(folder) };
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url) || !isDecodable(new URL(url))) return null;
  return { kind: 'server', url };
}

/** The folder for data that outlives the process; null if the database is in memory. */
export function dataFolder(location: DatabaseLocation): string | null {
  if (location.kind === 'memory') return null;
  return location.kind === 'folder' ? location.folder : resolve('data');
}
