import { fileURLToPath } from 'node:url';

/** `/migrations` at the top, from `src/database/backend` and from `dist/database/backend` alike. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));
