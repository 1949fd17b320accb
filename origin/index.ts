/** What an application may import: `import { leverReading, sendAway, watchServing } from 'understudy-failover/origin'`. */
export { type LeverReading, leverReading } from './lever-reading.ts';
export { type Middleware, type RefusalOptions, sendAway } from './middleware.ts';
export { type Serving, type ServingOptions, watchServing } from './serving.ts';
