import { type Ask, asker } from './ask.ts';
import { awsSecrets } from './secrets.aws.ts';
import { secretCache } from './secrets.ts';

const asking = new Map<string, Ask>();

/** Asks from the region of this function, with the secrets that lie there. One for each region, because it keeps what it read. */
export function fromHere(): Ask {
  const region = process.env['AWS_REGION'] ?? '';
  const known = asking.get(region);
  if (known !== undefined) return known;
  const secrets = secretCache(awsSecrets(region, process.env), Date.now);
  const ask = asker({ now: () => performance.now(), secrets, env: process.env });
  asking.set(region, ask);
  return ask;
}
