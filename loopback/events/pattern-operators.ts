import { BlockList, isIP } from 'node:net';
import { invalidPattern as invalid, isLeaf, isObject, type Leaf } from './pattern-value.ts';

export type Test = { readonly absent: true } | { readonly absent: false; readonly holds: (value: Leaf) => boolean };

/** One alternative of a field, as the test that it is. */
export function valueTest(wanted: unknown): Test {
  if (isLeaf(wanted)) return present((value) => value === wanted);
  if (!isObject(wanted)) throw invalid('Match value must be String, number, true, false, or null');
  const [entry, ...others] = Object.entries(wanted);
  if (entry === undefined) throw invalid('Empty objects are not allowed');
  if (others.length > 0) throw invalid('Only one key allowed in match expression');
  const [operator, operand] = entry;
  switch (operator) {
    case 'exists':
      if (typeof operand !== 'boolean') throw invalid('exists match pattern must be either true or false.');
      return operand ? present(() => true) : { absent: true };
    case 'prefix':
    case 'suffix':
      return present(affix(operator, operand));
    case 'equals-ignore-case':
      return present(equalsIgnoreCase(text(operator, operand)));
    case 'wildcard':
      return present(wildcard(text(operator, operand)));
    case 'numeric':
      return present(numeric(operand));
    case 'cidr':
      // AWS's own message speaks of a prefix here.
      return present(cidr(text('prefix', operand)));
    case 'anything-but':
      return present(anythingBut(operand));
    default:
      throw invalid(`Unrecognized match type ${operator}`);
  }
}

type Predicate = (value: Leaf) => boolean;

function present(holds: Predicate): Test {
  return { absent: false, holds };
}

function affix(operator: 'prefix' | 'suffix', operand: unknown): Predicate {
  if (isObject(operand)) {
    const [entry, ...others] = Object.entries(operand);
    if (entry?.[0] !== 'equals-ignore-case' || others.length > 0) {
      throw invalid(`Unsupported ${operator} match pattern: only equals-ignore-case is allowed inside`);
    }
    const wanted = text('equals-ignore-case', entry[1]).toLowerCase();
    return ifText((value) => has(operator, value.toLowerCase(), wanted));
  }
  const wanted = text(operator, operand);
  return ifText((value) => has(operator, value, wanted));
}

function has(operator: 'prefix' | 'suffix', value: string, wanted: string): boolean {
  return operator === 'prefix' ? value.startsWith(wanted) : value.endsWith(wanted);
}

function equalsIgnoreCase(wanted: string): Predicate {
  const folded = wanted.toLowerCase();
  return ifText((value) => value.toLowerCase() === folded);
}

/** AWS refuses rules that are "too complex" without saying when; more than four wildcards are refused here. */
const mostWildcards = 4;

function wildcard(pattern: string): Predicate {
  const doubled = /(?<!\\)(?:\\\\)*\*(?=\*)/.exec(pattern);
  if (doubled) throw invalid(`Consecutive wildcard characters at pos ${doubled.index + doubled[0].length}`);
  const escaped = /(?<!\\)(?:\\\\)*(?=\\(?![*\\]))/.exec(pattern);
  if (escaped) throw invalid(`Invalid escape character at pos ${escaped.index + escaped[0].length}`);
  const parts = [...pattern.matchAll(/\\[*\\]|[\s\S]/g)].map(([part]) => part);
  if (parts.filter((part) => part === '*').length > mostWildcards) {
    throw invalid(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  }
  const source = parts.map((part) => {
    if (part === '*') return '[\\s\\S]*';
    return (part.length > 1 ? part.slice(1) : part).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  const compiled = new RegExp(`^${source.join('')}$`);
  return ifText((value) => compiled.test(value));
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
};

/** `[">", 0, "<=", 5]`: one comparison, or a lower bound and then an upper one. */
function numeric(operand: unknown): Predicate {
  if (!Array.isArray(operand)) throw invalid('Value of numeric must be an array.');
  const [first, bound, second, upper, ...excess] = operand as unknown[];
  const lower = comparison(first, bound);
  if (second === undefined) return (value) => typeof value === 'number' && lower(value);
  if (!['>', '>='].includes(String(first))) throw invalid('Too many elements in numeric expression');
  if (!['<', '<='].includes(String(second))) throw invalid(`Bad numeric range operator: ${String(second)}`);
  if (excess.length > 0) throw invalid('Too many terms in numeric range expression');
  if (typeof upper === 'number' && typeof bound === 'number' && upper <= bound)
    throw invalid('Bottom must be less than top');
  const below = comparison(second, upper);
  return (value) => typeof value === 'number' && lower(value) && below(value);
}

function comparison(operator: unknown, bound: unknown): (value: number) => boolean {
  const compare = comparisons[String(operator)];
  if (typeof operator !== 'string' || compare === undefined) {
    throw invalid(`Unrecognized numeric range operator: ${String(operator)}`);
  }
  if (typeof bound !== 'number') throw invalid(`Value of ${operator} must be numeric`);
  if (Math.abs(bound) > 5e9) throw invalid('Value must be between -5.0E9 and 5.0E9, inclusive');
  return (value) => compare(value, bound);
}

function cidr(block: string): Predicate {
  const [network = '', bits = '', ...excess] = block.split('/');
  if (bits === '' || excess.length > 0) throw invalid("Malformed CIDR, one '/' required");
  if (!/^\d+$/.test(bits)) throw invalid('Malformed CIDR, mask bits must be an integer');
  const version = isIP(network);
  if (version === 0) throw invalid(`Nonstandard IP address: ${network}`);
  // One address is no network: event-ruler takes it as a text.
  const bitsMax = version === 4 ? 32 : 128;
  if (Number(bits) >= bitsMax) throw invalid(`IPv${version} mask bits must be < ${bitsMax}`);
  const list = new BlockList();
  list.addSubnet(network, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  return ifText((value) => isIP(value) === version && list.check(value, version === 4 ? 'ipv4' : 'ipv6'));
}

function anythingBut(operand: unknown): Predicate {
  if (Array.isArray(operand)) {
    if (operand.length === 0) throw invalid('Empty arrays are not allowed');
    for (const one of operand) {
      if (typeof one !== 'string' && typeof one !== 'number') {
        throw invalid('Inside anything but list, start|null|boolean is not supported.');
      }
    }
    if (new Set(operand.map((one) => typeof one)).size > 1) {
      throw invalid('Inside anything but list, either all values are number or string, mixed type is not supported');
    }
    return (value) => !operand.includes(value);
  }
  if (typeof operand === 'string' || typeof operand === 'number') return (value) => value !== operand;
  const [entry, ...others] = isObject(operand) ? Object.entries(operand) : [];
  if (entry === undefined) throw invalid('Value of anything-but must be an array or single string/number value.');
  if (others.length > 0) throw invalid('Only one key allowed in match expression');
  const forbidden = forbiddenTexts(...entry);
  return (value) => !forbidden.some((matches) => matches(value));
}

function forbiddenTexts(operator: string, operand: unknown): readonly Predicate[] {
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  if (operands.length === 0) throw invalid('Empty arrays are not allowed');
  switch (operator) {
    case 'prefix':
    case 'suffix':
      return operands.map((one) => {
        if (isObject(one)) throw invalid('Value of anything-but must be an array or single string/number value.');
        if (typeof one !== 'string') throw invalid('prefix/suffix match pattern must be a string');
        if (one === '') throw invalid('Null prefix/suffix not allowed');
        return affix(operator, one);
      });
    case 'equals-ignore-case':
      return operands.map((one) => {
        if (typeof one !== 'string') {
          throw invalid('Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.');
        }
        return equalsIgnoreCase(one);
      });
    case 'wildcard':
      return operands.map((one) => wildcard(text('wildcard', one)));
    default:
      throw invalid(`Unsupported anything-but pattern: ${operator}`);
  }
}

function ifText(holds: (value: string) => boolean): Predicate {
  return (value) => typeof value === 'string' && holds(value);
}

function text(operator: string, operand: unknown): string {
  if (typeof operand !== 'string') throw invalid(`${operator} match pattern must be a string`);
  return operand;
}
