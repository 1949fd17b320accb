import { isObject } from '../json.ts';
import type { StateType } from '../visit.ts';
import { diagnoseCatch, diagnoseRetry } from './error-handling.ts';
import { isNeutral } from './neutral.ts';
import type { Report } from './report.ts';
import { diagnoseResource } from './resource.ts';
import type { Raw, Surroundings } from './surroundings.ts';
import { diagnoseAssign, diagnoseNumber, diagnoseTemplate, isTemplateExpression } from './template.ts';
import { diagnoseWait } from './wait.ts';

const anywhere = ['Type', 'Comment', 'QueryLanguage'];
const onwards = ['Assign', 'Output', 'Next', 'End'];
const protectedFields = ['Retry', 'Catch'];

/** The fields that a JSONata state of each type may have. https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html */
const fields: Readonly<Record<StateType, readonly string[]>> = {
  Pass: onwards,
  Task: [...onwards, ...protectedFields, 'Resource', 'Arguments', 'TimeoutSeconds', 'HeartbeatSeconds', 'Credentials'],
  Choice: ['Choices', 'Default', 'Assign', 'Output'],
  Wait: [...onwards, 'Seconds', 'Timestamp'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
  Parallel: [...onwards, ...protectedFields, 'Branches', 'Arguments'],
  Map: [
    ...onwards,
    ...protectedFields,
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
  ],
};

const required: Partial<Record<StateType, readonly string[]>> = {
  Task: ['Resource'],
  Choice: ['Choices'],
  Parallel: ['Branches'],
  Map: ['ItemProcessor'],
};

const jsonPathOnly: ReadonlySet<string> = new Set([
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'Result',
  'ItemsPath',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
  'ErrorPath',
  'CausePath',
  'Variable',
]);

const distributedOnly: ReadonlySet<string> = new Set([
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Label',
  'Iterator',
]);

export function diagnoseState(raw: Raw, location: string, surroundings: Surroundings): void {
  const { report } = surroundings;
  if (!report.require(raw, ['Type'], location) || !speaksJsonata(raw, location, surroundings)) return;
  const type = raw['Type'] as StateType;
  if (!Object.hasOwn(fields, type)) {
    report.schema(`'Type' must be one of [${Object.keys(fields).join(', ')}]`, `${location}/Type`);
    return;
  }
  for (const field of Object.keys(raw)) diagnoseField(field, type, location, report);
  if (!report.require(raw, required[type] ?? [], location)) return;
  if (fields[type].includes('End')) diagnoseOnwards(raw, location, report);
  diagnoseAssign(raw, location, report);
  for (const field of ['Output', 'Arguments', 'ItemSelector', 'Items', 'Error', 'Cause']) {
    diagnoseTemplate(raw, field, location, report);
  }
  diagnoseRetry(raw, location, report);
  diagnoseCatch(raw, location, report);
  diagnoseByType[type]?.(raw, location, surroundings);
}

function speaksJsonata(raw: Raw, location: string, { report, language, someJsonata }: Surroundings): boolean {
  const own = raw['QueryLanguage'] ?? language;
  if (own === 'JSONata' || (own === 'JSONPath' && language === 'JSONPath' && someJsonata && isNeutral(raw)))
    return true;
  if (own !== 'JSONPath') report.schema("'QueryLanguage' must be one of [JSONPath, JSONata]", location);
  else if (language === 'JSONata') {
    report.schema("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine", location);
  } else report.schema("The QueryLanguage is 'JSONPath', and the sandbox runs only 'JSONata' states", location);
  return false;
}

function diagnoseField(field: string, type: StateType, location: string, report: Report): void {
  if (anywhere.includes(field) || fields[type].includes(field)) return;
  if (jsonPathOnly.has(field)) {
    report.schema(
      `The QueryLanguage is set to 'JSONata', but field '${field}' is only supported for the 'JSONPath' QueryLanguage`,
      location,
    );
  } else if (type === 'Map' && distributedOnly.has(field)) {
    report.schema(
      `Field '${field}' is not supported: the sandbox runs inline maps with an ItemProcessor only`,
      location,
    );
  } else report.schema(`Field '${field}' is not supported`, location);
}

function diagnoseOnwards(raw: Raw, location: string, report: Report): void {
  const ends = raw['End'] !== undefined;
  const goesOn = raw['Next'] !== undefined;
  if (ends && goesOn) report.schema("Only one of the fields 'Next' and 'End' may be given", location);
  else if (ends && raw['End'] !== true)
    report.schema("The field 'End' must be true where it is given", `${location}/End`);
  else if (!ends && !goesOn) report.schema('These fields are required: [Next]', location);
  else if (goesOn && typeof raw['Next'] !== 'string')
    report.schema("The field 'Next' must be a string", `${location}/Next`);
}

type Diagnose = (raw: Raw, location: string, surroundings: Surroundings) => void;

const diagnoseByType: Partial<Record<StateType, Diagnose>> = {
  Task(raw, location, { report }) {
    diagnoseResource(raw['Resource'], `${location}/Resource`, report);
    for (const field of ['TimeoutSeconds', 'HeartbeatSeconds'])
      diagnoseNumber(raw, field, [1, 99_999_999], location, report);
    const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = raw;
    if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
      report.schema(
        "The field 'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'",
        `${location}/HeartbeatSeconds`,
      );
    }
    if (raw['Credentials'] === undefined) return;
    const credentials = isObject(raw['Credentials']) ? raw['Credentials'] : {};
    if (credentials['RoleArn'] === undefined) {
      report.schema("The field 'RoleArn' is required but was missing", `${location}/Credentials`);
    } else diagnoseTemplate(credentials, 'RoleArn', `${location}/Credentials`, report);
  },

  Choice(raw, location, { report }) {
    const choices = raw['Choices'];
    if (!Array.isArray(choices) || choices.length === 0) {
      report.schema("The field 'Choices' must be a non-empty array", `${location}/Choices`);
      return;
    }
    for (const [index, rule] of choices.entries()) diagnoseRule(rule, `${location}/Choices[${index}]`, report);
  },

  Wait: diagnoseWait,

  Parallel(raw, location, surroundings) {
    const branches = raw['Branches'];
    if (!Array.isArray(branches) || branches.length === 0) {
      surroundings.report.schema("The field 'Branches' must be a non-empty array", `${location}/Branches`);
      return;
    }
    for (const [index, branch] of branches.entries()) {
      const at = `${location}/Branches[${index}]`;
      if (isObject(branch)) surroundings.diagnoseStates(branch, [], at);
      else surroundings.report.schema('A branch must be a JSON object', at);
    }
  },

  Map(raw, location, surroundings) {
    const { report } = surroundings;
    diagnoseNumber(raw, 'MaxConcurrency', [0, Number.POSITIVE_INFINITY], location, report);
    diagnoseNumber(raw, 'ToleratedFailureCount', [0, Number.POSITIVE_INFINITY], location, report);
    diagnoseNumber(raw, 'ToleratedFailurePercentage', [0, 100], location, report);
    const items = raw['Items'];
    if (items !== undefined && !Array.isArray(items) && !isTemplateExpression(items)) {
      report.schema("The field 'Items' must be an array or a JSONata expression", `${location}/Items`);
    }
    const processor = raw['ItemProcessor'];
    if (!isObject(processor)) {
      report.schema("The field 'ItemProcessor' must be an object", `${location}/ItemProcessor`);
      return;
    }
    const { Mode: mode = 'INLINE' } = (processor['ProcessorConfig'] ?? {}) as { Mode?: unknown };
    if (mode !== 'INLINE') {
      const at = `${location}/ItemProcessor/ProcessorConfig`;
      report.schema(`The Mode '${mode}' is not supported: the sandbox runs INLINE maps only`, at);
    }
    surroundings.diagnoseStates(processor, ['ProcessorConfig'], `${location}/ItemProcessor`);
  },
};

function diagnoseRule(rule: unknown, location: string, report: Report): void {
  if (!isObject(rule)) {
    report.schema('A choice rule must be a JSON object', location);
    return;
  }
  for (const field of Object.keys(rule)) {
    if (!['Condition', 'Next', 'Assign', 'Output', 'Comment'].includes(field)) {
      report.schema(`Field '${field}' is not supported`, location);
    }
  }
  if (!report.require(rule, ['Condition', 'Next'], location)) return;
  const condition = rule['Condition'];
  if (typeof condition !== 'boolean' && !isTemplateExpression(condition)) {
    report.schema("The field 'Condition' must be a boolean or a JSONata expression", `${location}/Condition`);
  }
  diagnoseTemplate(rule, 'Condition', location, report);
  diagnoseTemplate(rule, 'Output', location, report);
  diagnoseAssign(rule, location, report);
}
