import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** Members and spellings of the other query language: a JSONata state that has one is refused, or does not do what it says. */
export const noJsonPath: Rule = {
  name: 'no-jsonpath',
  check: (machine) => [
    ...(machine.QueryLanguage === 'JSONata' ? [] : [{ state: '', message: 'the machine is not in JSONata mode' }]),
    ...allStates(machine).flatMap(([state, definition]) =>
      leftovers(definition, '').map((message) => ({ state, message })),
    ),
  ],
};

const members: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
  'MaxConcurrencyPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
]);

function leftovers(value: unknown, place: string): string[] {
  if (typeof value === 'string') {
    return /^\$\$?\.|^States\.[A-Z][A-Za-z0-9]*\(/.test(value) ? [`${place} is a JSONPath: ${value}`] : [];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => leftovers(item, `${place}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    // States inside are looked at on their own.
    if (place === '' && (key === 'Branches' || key === 'ItemProcessor')) return [];
    const where = place === '' ? key : `${place}/${key}`;
    const isLeftover =
      key.endsWith('.$') || (place === '' && members.has(key)) || (key === 'Variable' && /^Choices/.test(place));
    return [...(isLeftover ? [`${where} belongs to JSONPath`] : []), ...leftovers(member, where)];
  });
}
