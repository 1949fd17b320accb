import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What `npm run build` wrote: infra reaches code by its path and never imports it. */
export const dist = (...path: string[]): string => join(root, 'dist', ...path);

const root = fileURLToPath(new URL('../..', import.meta.url));
