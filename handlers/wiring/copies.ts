import { copiesBucket } from '../../deployment/names.ts';
import { s3Client, s3Copies } from '../adapters/copies.s3.ts';
import type { Copies } from '../steps/copy-state.ts';
import type { Wiring } from '../wiring.ts';

/** In the function's own region: a copy depends on no other one. */
export const copies = ({ failover, region }: Wiring): Copies =>
  s3Copies({ client: s3Client(region), bucket: copiesBucket(failover, region), account: failover.account });
