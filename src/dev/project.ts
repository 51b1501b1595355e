import { join } from 'node:path';

/** The project's folder; this file is in `src/dev` or, built, in `dist/dev`. */
export const PROJECT_DIR = join(__dirname, '../..');

/** Downloaded programs; safe to delete, they are fetched again. */
export const CACHE_DIR = join(PROJECT_DIR, '.cache');
