import { BELIEF_PATH } from '../core/belief-path.ts';
import type { AssembledStack } from '../loopback/cloudformation/assembly.ts';

interface Resource {
  readonly Type?: string;
  readonly Properties?: { readonly FunctionCode?: unknown };
}

/**
 * The code of the viewer-request function in the templates that steers, whoever made it: it says what it believes. Null where no service
 * moves by a KeyValueStore.
 */
export function edgeFunctionIn(stacks: readonly AssembledStack[]): string | null {
  const resources = stacks.flatMap(({ template }) =>
    Object.values((template as { readonly Resources?: Readonly<Record<string, Resource>> }).Resources ?? {}),
  );
  const steers = resources
    .filter(({ Type }) => Type === 'AWS::CloudFront::Function')
    .map(({ Properties }) => Properties?.FunctionCode)
    .find((code) => typeof code === 'string' && code.includes(BELIEF_PATH));
  return typeof steers === 'string' ? steers : null;
}
