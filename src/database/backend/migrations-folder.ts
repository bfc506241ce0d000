import { fileURLToPath } from 'node:url';

/** `/migrations` of the project. The relative path is the same from `src/database/backend` and from `dist/database/backend`. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../../migrations', import.meta.url));
