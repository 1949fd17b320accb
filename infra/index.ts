/** What a CDK app may import: `import { Understudy } from 'understudy-failover/cdk'`. */
export { Understudy, type UnderstudyProps } from './understudy.ts';
