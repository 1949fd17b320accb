import type { Target } from '@aws-sdk/client-eventbridge';
import { AwsError } from '../aws/service.ts';
import type { EventEnvelope } from './event.ts';
import { at, parseJsonPath } from './json-path.ts';

type Shaping = Pick<Target, 'Id' | 'Input' | 'InputPath' | 'InputTransformer'>;

export interface InputContext {
  readonly event: EventEnvelope;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly ingestedAt: number;
}

/**
 * The text that a target gets: the event as JSON, unless the target shapes it. Null where nothing is delivered: what a template
 * for JSON makes is no JSON once an object or a list was put between its quotes, and EventBridge drops that without a word.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function targetInput(target: Shaping, context: InputContext): string | null {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) return JSON.stringify(found(target.InputPath, context.event) ?? null);
  const template = target.InputTransformer?.InputTemplate;
  if (template === undefined) return JSON.stringify(context.event);
  const text = filled(template, variables(target.InputTransformer?.InputPathsMap ?? {}, context));
  return isForJson(template) && !isJson(text) ? null : text;
}

/** Or for text: one in quotes, or several lines of them. */
const isForJson = (template: string): boolean => /^\s*[{[]/.test(template);

/** Refuses what could only fail once an event has come. */
export function checkTargetInput(target: Shaping): void {
  const given = [target.Input, target.InputPath, target.InputTransformer].filter((one) => one !== undefined);
  if (given.length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${target.Id}.`);
  }
  if (target.Input !== undefined && !isJson(target.Input)) {
    throw invalid(`JSON syntax error in input for target ${target.Id}.`);
  }
  if (target.InputPath !== undefined) checkPath(target.InputPath, target);
  const { InputPathsMap: paths = {}, InputTemplate: template } = target.InputTransformer ?? {};
  for (const path of Object.values(paths)) checkPath(path, target);
  for (const [, name = ''] of template?.matchAll(placeholder) ?? []) {
    if (!Object.hasOwn(paths, name) && !predefined.includes(name)) {
      throw invalid(`InputTemplate for target ${target.Id} contains invalid placeholder ${name}.`);
    }
  }
}

const placeholder = /<([^<>\s]+)>/g;

const predefined = [
  'aws.events.rule-arn',
  'aws.events.rule-name',
  'aws.events.event.ingestion-time',
  'aws.events.event',
  'aws.events.event.json',
];

function variables(paths: Readonly<Record<string, string>>, context: InputContext): ReadonlyMap<string, unknown> {
  const { event, ruleArn, ruleName, ingestedAt } = context;
  const { detail: _, 'detail-type': detailType, ...envelope } = event;
  return new Map<string, unknown>([
    ...Object.entries(paths).map(([name, path]) => [name, found(path, event)] as const),
    ['aws.events.rule-arn', ruleArn],
    ['aws.events.rule-name', ruleName],
    ['aws.events.event.ingestion-time', new Date(ingestedAt).toISOString()],
    // Without the detail, and with the type's name in camel case: so AWS was recorded to do it.
    ['aws.events.event', { ...envelope, detailType }],
    ['aws.events.event.json', event],
  ]);
}

/**
 * Inside quotes a text stands bare, without escapes, as EventBridge puts it; elsewhere as JSON. Objects and lists lose their
 * quotes in a template for text, and keep them in one for JSON.
 */
function filled(template: string, values: ReadonlyMap<string, unknown>): string {
  const forJson = isForJson(template);
  let quoted = false;
  return template.replaceAll(/\\.|"|<([^<>\s]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') quoted = !quoted;
    if (name === undefined) return token;
    const value = values.get(name) ?? '';
    if (!quoted) return JSON.stringify(value);
    if (typeof value === 'string') return value;
    const text = JSON.stringify(value);
    // Numbers, and lists of numbers, have no quotes that could close those around them.
    return forJson ? text : text.replaceAll('"', '');
  });
}

function found(path: string, event: EventEnvelope): unknown {
  const parsed = parseJsonPath(path);
  return parsed === null ? undefined : at(parsed, event);
}

function checkPath(path: string, { Id }: Shaping): void {
  if (parseJsonPath(path) === null) {
    throw invalid(`The path ${path} of target ${Id} is not valid, or not played by the sandbox.`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
