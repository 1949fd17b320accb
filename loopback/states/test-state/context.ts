import type { Json } from '../json.ts';
import { isObject } from '../json.ts';
import type { Resource } from '../resource.ts';
import { invalid, parseJson } from './mock.ts';

type Kind = 'string' | 'number' | 'anything';

/** What a mocked context may have. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
const fields: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  Execution: {
    Id: 'string',
    Input: 'anything',
    Name: 'string',
    RoleArn: 'string',
    StartTime: 'string',
    RedriveCount: 'number',
    RedriveTime: 'string',
  },
  StateMachine: { Id: 'string', Name: 'string' },
  State: { Name: 'string', EnteredTime: 'string', RetryCount: 'number' },
  Task: { Token: 'string' },
};

/** `$states.context` as it is given, checked; undefined where none is. */
export function readContext(text: string | undefined, resource: Resource | null): object | undefined {
  if (text === undefined) return undefined;
  const context = parseJson(text, 'Invalid Context object provided: it must be valid JSON');
  if (!isObject(context)) throw refused('it must be a JSON object');
  for (const [name, value] of Object.entries(context)) checkField(name, value as Json);
  const waits = resource?.kind === 'service' && resource.pattern !== 'request';
  if (context['Task'] !== undefined && !waits) {
    throw refused(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
  return context;
}

function checkField(name: string, value: Json): void {
  if (name === 'Map') throw refused("'Map' field is not supported when mocking a Context object");
  const members = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (members === undefined) throw refused(`Field '${name}' is not allowed`);
  if (!isObject(value)) throw refused(`${name} must be an object`);
  for (const [member, given] of Object.entries(value)) {
    const kind = Object.hasOwn(members, member) ? members[member] : undefined;
    if (kind === undefined) throw refused(`Field '${member}' is not allowed`);
    if (kind !== 'anything' && typeof given !== kind) throw refused(`${name}.${member} must be a ${kind}`);
  }
}

const refused = (why: string) => invalid(`Invalid Context object provided: ${why}`);
