/*
 * One value over another. Objects are laid over one another member by member; what is no object replaces. A list is replaced by a list,
 * and by an object its members are changed one by one, under their names.
 */

type Members = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What tells the members of a list apart: their name, or their region. */
export function keyOf(member: unknown): string | undefined {
  if (!isObject(member)) return undefined;
  const key = member['name'] ?? member['region'];
  return typeof key === 'string' ? key : undefined;
}

export const at = (owner: unknown, part: PropertyKey): unknown =>
  typeof owner === 'object' && owner !== null && Object.hasOwn(owner, part)
    ? (owner as Readonly<Record<PropertyKey, unknown>>)[part]
    : undefined;

/** Members with one of several forms are laid over one another only in the same form, which one member of theirs tells. */
const tells: Readonly<Record<string, string>> = { approval: 'required', failback: 'automatic' };

/** Of which a part says nothing: what is sent, what an answer must say, where a secret is. */
const isWhole = (name: PropertyKey, over: Members): boolean =>
  ['send', 'text', 'servedBy'].includes(String(name)) ||
  Object.keys(over).every((member) => ['env', 'parameter', 'secret', 'field'].includes(member));

/**
 * `over` above `under`, which both stand at `name`. A member that is there as `undefined` takes away what is below it, and `null` a member of
 * a list.
 */
export function merged(under: unknown, over: unknown, name: PropertyKey = ''): unknown {
  if (!isObject(over)) return over;
  if (Array.isArray(under)) return under.every((member) => keyOf(member) !== undefined) ? keyed(under, over) : over;
  if (!isObject(under) || (Object.keys(over).length > 0 && isWhole(name, over))) return over;
  const form = Object.hasOwn(tells, name) ? (tells[String(name)] ?? 'kind') : 'kind';
  return over[form] !== undefined && over[form] !== under[form] && under[form] !== undefined ? over : laid(under, over);
}

/** In the order of what is below, as a person reads the two beside one another. */
function laid(under: Members, over: Members): Members {
  const names = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  return Object.fromEntries(
    names.flatMap((name) => {
      if (!Object.hasOwn(over, name)) return [[name, under[name]]];
      if (over[name] === undefined) return [];
      return [[name, Object.hasOwn(under, name) ? merged(under[name], over[name], name) : over[name]]];
    }),
  );
}

/** Members in the order of the list, new ones behind it. */
function keyed(under: readonly unknown[], over: Members): unknown[] {
  const names = under.map(keyOf);
  const changed = under.flatMap((member) => {
    const name = keyOf(member) ?? '';
    if (!Object.hasOwn(over, name)) return [member];
    // Under its name it stands in `over`, and what somebody has called it says nothing of what it is.
    return over[name] === null ? [] : [merged(member, over[name])];
  });
  const called = under.some((member) => isObject(member) && member['name'] === undefined) ? 'region' : 'name';
  const added = Object.entries(over)
    .filter(([name, value]) => !names.includes(name) && value !== null)
    .map(([name, value]) => (isObject(value) ? { [called]: name, ...value } : value));
  return [...changed, ...added];
}
