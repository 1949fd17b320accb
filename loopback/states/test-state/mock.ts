import type { MockInput, TestStateInput } from '@aws-sdk/client-sfn';
import { AwsError } from '../../aws/service.ts';
import { StateFailure } from '../failure.ts';
import type { Json } from '../json.ts';
import type { StateType } from '../visit.ts';

/** What a Task, a Map or a Parallel is said to come to, instead of doing its work. */
export interface Mock {
  /** Throws the mocked error. */
  answer(): Json;
  readonly fieldValidationMode: 'STRICT' | 'PRESENT' | 'NONE';
  /** Undefined for an error. */
  readonly result: Json | undefined;
}

/**
 * Reads the mock of a state of this type, and what goes with a mock only; undefined where there is none. The words are AWS's where
 * they were recorded. https://docs.aws.amazon.com/step-functions/latest/apireference/API_MockInput.html
 */
export function readMock(input: TestStateInput, type: StateType, branches: number): Mock | undefined {
  const { mock, stateConfiguration = {}, context, revealSecrets } = input;
  if (mock === undefined) {
    if (stateConfiguration.mapIterationFailureCount !== undefined) {
      throw invalid('TestState does not support MapIterationFailureCount when a mock is not specified.');
    }
    if (context !== undefined) throw invalid('TestState does not support Context when a mock is not specified.');
    return undefined;
  }
  if (type !== 'Task' && type !== 'Map' && type !== 'Parallel') {
    throw invalid(`State type '${type}' is not supported when a mock is specified`);
  }
  if (revealSecrets === true) throw invalid('TestState does not support RevealSecrets when a mock is specified.');
  const read = parse(mock);
  checkList(read.result, type, branches, stateConfiguration.mapIterationFailureCount);
  return read;
}

function parse({ result: text, errorOutput, fieldValidationMode = 'STRICT' }: MockInput): Mock {
  if (text !== undefined && errorOutput !== undefined) {
    throw invalid('A test mock should have only one of the following fields: [result, errorOutput].');
  }
  if (text !== undefined) {
    const result = parseJson(text, 'Mocked result must be valid JSON');
    return { answer: () => result, fieldValidationMode, result };
  }
  if (errorOutput === undefined)
    throw invalid('A test mock should have one of the following fields: [result, errorOutput].');
  const { error, cause } = errorOutput;
  if (error === undefined) throw invalid('A mocked errorOutput must have an error.');
  return {
    answer() {
      throw new StateFailure(error, cause);
    },
    fieldValidationMode,
    result: undefined,
  };
}

/** What branches or iterations come to is a list, with one item for each. */
function checkList(result: Json | undefined, type: StateType, branches: number, failed: number | undefined): void {
  if (result === undefined || type === 'Task') return;
  if (!Array.isArray(result)) throw invalid('Mocked result must be an array.');
  if (type === 'Parallel' && result.length !== branches) {
    throw invalid('Mocked result must contain the same number of items as number of Parallel branches.');
  }
  if (type === 'Map' && failed !== undefined && failed > result.length) {
    throw invalid('Map iteration failure count must be less than or equal to the number of Map iterations');
  }
}

/** Throws the complaint where the text is no JSON. */
export function parseJson(text: string, complaint: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw invalid(complaint);
  }
}

export const invalid = (why: string): AwsError => new AwsError('ValidationException', why);
