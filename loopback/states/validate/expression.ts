import jsonata from 'jsonata';
import { isObject } from '../json.ts';
import type { Report } from './report.ts';

/** What expressions in this place may ask for. */
export interface Allowed {
  /** `$states.errorOutput`: in a catcher only. */
  readonly errorOutput?: boolean;
}

/** An expression must parse, and has nothing at its top level but `$states`, variables and functions to begin from. */
export function diagnoseExpression(source: string, location: string, report: Report, { errorOutput }: Allowed): void {
  let ast: unknown;
  try {
    ast = jsonata(source).ast();
  } catch (error) {
    report.add('INVALID_JSONATA_EXPRESSION', (error as { message: string }).message, location);
    return;
  }
  for (const name of topLevelReferences(ast)) {
    report.add('UNSUPPORTED_JSONATA_EXPRESSION', `Reference to '${name}' at the top level is not supported.`, location);
  }
  if (!errorOutput && asksForErrorOutput(ast)) {
    const words = "Reference to '$states.errorOutput' is supported in 'Catch' only.";
    report.add('UNSUPPORTED_JSONATA_EXPRESSION', words, location);
  }
}

type Node = { readonly [member: string]: unknown };

/** The names that would be looked up in a context that is not there. */
function topLevelReferences(ast: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  visit(ast, true);
  return found;

  function visit(node: unknown, top: boolean): void {
    if (Array.isArray(node)) for (const part of node) visit(part, top);
    else if (isObject(node)) visitNode(node, top);
  }

  function visitNode(node: Node, top: boolean): void {
    switch (node['type']) {
      case 'name':
        if (top) found.add(node['value'] as string);
        break;
      case 'variable':
        // `$$` is the root of a document that expressions do not have; `$` is the context.
        if (node['value'] === '$' || (top && node['value'] === '')) found.add(`$${node['value']}`);
        break;
      case 'path': {
        const [first, ...rest] = node['steps'] as unknown[];
        visit(first, top);
        visit(rest, false);
        break;
      }
      // Inside these, what is left of them is the context.
      case 'transform':
      case 'sort':
        visitMembers(node, false);
        break;
      default:
        visitMembers(node, top);
    }
    for (const inner of ['predicate', 'stages', 'group']) visit(node[inner], false);
  }

  function visitMembers(node: Node, top: boolean): void {
    for (const [member, value] of Object.entries(node)) {
      if (!['type', 'predicate', 'stages', 'group', 'ancestor', 'seekingParent', 'value'].includes(member))
        visit(value, top);
    }
  }
}

function asksForErrorOutput(ast: unknown): boolean {
  if (Array.isArray(ast)) return ast.some(asksForErrorOutput);
  if (!isObject(ast)) return false;
  const steps = ast['type'] === 'path' ? (ast['steps'] as Node[]) : [];
  if (steps[0]?.['value'] === 'states' && steps[1]?.['value'] === 'errorOutput') return true;
  return Object.values(ast).some(asksForErrorOutput);
}
