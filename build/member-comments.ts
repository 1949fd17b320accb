import { readFileSync } from 'node:fs';

/** What core's interfaces say of their members: the one description of each, which editors and docs/configuration.md show. */
export interface MemberComments {
  /** By name: of an interface itself, or of the variants of a union. */
  variants(type: string): readonly InterfaceComments[];
}

export type InterfaceComments = ReadonlyMap<string, { readonly comment: string | null; readonly type: string }>;

/** Reads interfaces whose members stand on a line each, as the formatter leaves them, and unions of their names. */
export function memberComments(files: readonly string[]): MemberComments {
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const interfaces = new Map<string, InterfaceComments>();
  const declared = /^(?:export )?interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}$/gms;
  // What is extended stands before what extends it.
  for (const [, name = '', extended = '', body = ''] of text.matchAll(declared)) {
    interfaces.set(name, new Map([...(interfaces.get(extended) ?? []), ...membersIn(body)]));
  }
  const unions = new Map<string, readonly string[]>();
  for (const [, name = '', names = ''] of text.matchAll(/^export type (\w+) = (\w+(?: \| \w+)+);$/gm)) {
    unions.set(name, names.split(' | '));
  }
  return {
    variants: (type) =>
      namesIn(type).flatMap((name) => (unions.get(name) ?? [name]).flatMap((variant) => interfaces.get(variant) ?? [])),
  };
}

function membersIn(body: string): InterfaceComments {
  const members = body.matchAll(/(?: {2}\/\*\*(.*?)\*\/\n)? {2}readonly (\w+)\??: ([^\n]*);\n/gs);
  return new Map(
    [...members].map(([, comment, name = '', type = '']) => [
      name,
      { comment: comment === undefined ? null : comment.replaceAll(/\s*\n\s*\* ?/g, ' ').trim(), type },
    ]),
  );
}

/** `readonly Service[]`, `Readonly<Record<string, ZoneAlias>>`, `Journey | undefined`: the names of what is in there. */
function namesIn(type: string): string[] {
  return type.match(/[A-Z]\w*/g)?.filter((name) => name !== 'Readonly' && name !== 'Record') ?? [];
}
