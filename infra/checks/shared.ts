import { regionStackName } from '../../deployment/names.ts';
import { listOf, type Resource, type Subject, type Template } from './template.ts';

/** The stacks of an assembly, each with what it shares with the others of its region. */
export const withShared = <Given extends Subject>(subjects: readonly Given[]): readonly Given[] =>
  subjects.map((subject) => {
    const name = regionStackName(subject.failover, subject.region);
    const inRegion = subjects.filter(({ region }) => region === subject.region);
    if (subject.stack === name) {
      return { ...subject, sharers: inRegion.filter((each) => each !== subject).map(({ template }) => template) };
    }
    const shared = inRegion.find(({ stack }) => stack === name);
    return shared === undefined ? subject : { ...subject, shared: shared.template };
  });

/**
 * A template together with the resources that its region has once, as if they were one stack: what is read of their outputs is the
 * reference behind the output. What of it is the template's own, `isOwn` says, by the path of a finding.
 */
export function joined({ template, shared }: Pick<Subject, 'template' | 'shared'>): {
  readonly whole: Template;
  readonly isOwn: (at: string) => boolean;
} {
  const own = template.Resources ?? {};
  if (shared === undefined) return { whole: template, isOwn: () => true };
  const filled = filledIn(own, shared.Outputs ?? {}) as Readonly<Record<string, Resource>>;
  return {
    whole: { ...template, Resources: { ...shared.Resources, ...filled } },
    isOwn: (at) => (at.split('.')[0] ?? at) in own,
  };
}

function filledIn(value: unknown, outputs: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((member) => filledIn(member, outputs));
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::GetStackOutput' in value) {
    const [read] = listOf(value['Fn::GetStackOutput']) as readonly { readonly OutputName?: string }[];
    const output = outputs[read?.OutputName ?? ''] as { readonly Value?: unknown } | undefined;
    return output?.Value ?? value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, filledIn(member, outputs)]));
}
