import type { AssembledStack } from '../loopback/cloudformation/assembly.ts';

interface Resource {
  readonly Type?: string;
  readonly Properties?: { readonly FunctionCode?: unknown };
}

/** The code of the viewer-request function in the templates; null where no service moves by a KeyValueStore. */
export function edgeFunctionIn(stacks: readonly AssembledStack[]): string | null {
  const resources = stacks.flatMap(({ template }) =>
    Object.values((template as { readonly Resources?: Readonly<Record<string, Resource>> }).Resources ?? {}),
  );
  const code = resources.find(({ Type }) => Type === 'AWS::CloudFront::Function')?.Properties?.FunctionCode;
  return typeof code === 'string' ? code : null;
}
