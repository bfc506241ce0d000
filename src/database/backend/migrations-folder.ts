import { fileURLToPath } from 'node:url';

/** `/migrations` at the top, from `src/database` and from `dist/database` alike. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));
