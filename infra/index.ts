/** What a CDK app may import: `import { Understudy } from 'understudy-failover/cdk'`. */
export type { RoleSettings } from './constructs/role-settings.ts';
export type { Origins } from './constructs/steered-distribution.ts';
export type { Existing, ExistingInRegion, FunctionNetwork } from './existing.ts';
export {
  type PlacedProps,
  UnderstudyLedger,
  UnderstudyLevers,
  type UnderstudyLeversProps,
  UnderstudyRecords,
  type UnderstudyRecordsProps,
  UnderstudyRegion,
  type UnderstudyRegionProps,
} from './placed.ts';
export { Understudy, type UnderstudyProps } from './understudy.ts';
