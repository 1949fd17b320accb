import { createHash } from 'node:crypto';
import type { Where } from './resource-type.ts';
import type { Stack } from './stack.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html */
export function whereOf(
  { account, stack }: { readonly account: string; readonly stack: Stack },
  logicalId: string,
): Where {
  const { name, region } = stack;
  return {
    account,
    region,
    stack: name,
    logicalId,
    generatedName(longest) {
      const unique = createHash('sha256')
        .update(`${account}/${region}/${name}/${logicalId}`)
        .digest('hex')
        .slice(0, 12);
      const room = Math.max(0, longest - unique.length - 2);
      const half = Math.floor(room / 2);
      return `${name.slice(0, half)}-${logicalId.slice(0, room - Math.min(half, name.length))}-${unique}`;
    },
  };
}
