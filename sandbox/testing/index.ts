/** What tests may import: `import { startSandbox } from 'understudy-failover/testing'`. */
export type { Fault } from '../regions/fault.ts';
export { type SandboxOptions, startSandbox } from './start-world.ts';
export type { Served, World, WorldAddresses, WorldClock } from './world.ts';
