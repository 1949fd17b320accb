/** What a configuration file may import: `import { defineFailover } from 'understudy'`. */
export { defineFailover } from './define-failover.ts';
export type { FailoverInput } from './schema.ts';
