import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Failover } from '../../core/service.ts';

/** The enumeration is of days, and the configuration takes only those that are in it. */
export const retentionOf = ({ logRetentionDays }: Failover): RetentionDays => logRetentionDays;
