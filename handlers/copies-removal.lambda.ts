import * as z from 'zod';
import { removeCopies, s3Client } from './adapters/copies.s3.ts';
import { answered, type CustomResourceEvent } from './custom-resource.ts';

const requestSchema = z.object({ bucket: z.string(), account: z.string(), region: z.string() });

/** Runs while CloudFormation takes a bucket with copies away: empties it, because only an empty one goes. */
export async function handler(event: CustomResourceEvent): Promise<void> {
  await answered(event, async () => {
    if (event.RequestType !== 'Delete') return;
    const { bucket, account, region } = requestSchema.parse(event.ResourceProperties);
    await removeCopies({ client: s3Client(region, { attempts: 4 }), bucket, account });
  });
}
