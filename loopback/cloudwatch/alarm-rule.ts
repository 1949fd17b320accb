import { unreachable } from '../unreachable.ts';
import { validation } from './error.ts';
import type { StateValue } from './threshold.ts';

/**
 * The rule of a composite alarm: `ALARM(a) AND (OK("b") OR NOT INSUFFICIENT_DATA(arn:…))`, `TRUE`, `FALSE`. NOT binds
 * tighter than AND, AND tighter than OR. AT_LEAST is not played.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export type AlarmRule =
  | { readonly kind: 'state'; readonly state: StateValue; readonly alarm: string }
  | { readonly kind: 'constant'; readonly value: boolean }
  | { readonly kind: 'not'; readonly rule: AlarmRule }
  | { readonly kind: 'and' | 'or'; readonly left: AlarmRule; readonly right: AlarmRule };

const longestRule = 10_240;

export function parseAlarmRule(text: string): AlarmRule {
  if (text.length > longestRule) throw validation(`AlarmRule must not be longer than ${longestRule} characters.`);
  const tokens = tokenize(text);
  let next = 0;

  const rule = or();
  if (next < tokens.length) throw broken(tokens[next]);
  return rule;

  function or(): AlarmRule {
    let left = and();
    while (take('OR')) left = { kind: 'or', left, right: and() };
    return left;
  }

  function and(): AlarmRule {
    let left = not();
    while (take('AND')) left = { kind: 'and', left, right: not() };
    return left;
  }

  function not(): AlarmRule {
    if (take('NOT')) return { kind: 'not', rule: not() };
    if (take('(')) {
      const inner = or();
      if (!take(')')) throw broken(tokens[next]);
      return inner;
    }
    return leaf();
  }

  function leaf(): AlarmRule {
    const word = tokens[next++];
    if (word === 'TRUE' || word === 'FALSE') return { kind: 'constant', value: word === 'TRUE' };
    if (word !== 'OK' && word !== 'ALARM' && word !== 'INSUFFICIENT_DATA') throw broken(word);
    if (!take('(')) throw broken(tokens[next]);
    const alarm = tokens[next++];
    if (alarm === undefined || alarm === '(' || alarm === ')' || !take(')')) throw broken(alarm);
    return { kind: 'state', state: word, alarm: alarmName(alarm) };
  }

  function take(token: string): boolean {
    if (tokens[next] !== token) return false;
    next++;
    return true;
  }

  function broken(token: string | undefined): Error {
    return validation(`AlarmRule is not valid at ${token === undefined ? 'its end' : `'${token}'`}: ${text}`);
  }
}

/** Whether the rule holds, given the state of each alarm that it names. */
export function holds(rule: AlarmRule, stateOf: (alarm: string) => StateValue | undefined): boolean {
  switch (rule.kind) {
    case 'state':
      return stateOf(rule.alarm) === rule.state;
    case 'constant':
      return rule.value;
    case 'not':
      return !holds(rule.rule, stateOf);
    case 'and':
      return holds(rule.left, stateOf) && holds(rule.right, stateOf);
    case 'or':
      return holds(rule.left, stateOf) || holds(rule.right, stateOf);
    default:
      return unreachable(rule);
  }
}

/** The names of the alarms that a rule is about, each once. */
export function alarmsIn(rule: AlarmRule): readonly string[] {
  switch (rule.kind) {
    case 'state':
      return [rule.alarm];
    case 'constant':
      return [];
    case 'not':
      return alarmsIn(rule.rule);
    case 'and':
    case 'or':
      return [...new Set([...alarmsIn(rule.left), ...alarmsIn(rule.right)])];
    default:
      return unreachable(rule);
  }
}

function tokenize(text: string): string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|[()]|[^\s()"]+/g)].map(([whole, quoted]) => quoted ?? whole);
}

/** An alarm is named by its name or its ARN. */
function alarmName(reference: string): string {
  return reference.startsWith('arn:') ? reference.split(':').slice(6).join(':') : reference;
}
