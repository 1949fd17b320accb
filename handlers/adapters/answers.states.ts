import { SendTaskSuccessCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { type Region, region } from '../../core/brand.ts';
import type { AnswerPorts } from '../approval/answer-question.ts';
import { once } from './client-settings.ts';
import { nameOf } from './vendor-error.ts';

/**
 * Tells runs what they were answered, each in the region in which it is. Told once, because a second time after a lost answer would read as
 * too late; what a run was told before nobody here can read.
 */
export function statesAnswers(clientIn: (region: Region) => SFNClient, here: Region): AnswerPorts['tell'] {
  return async ({ taskToken, executionArn, output }) => {
    const where = executionArn?.split(':')[3] ?? '';
    const client = clientIn(where === '' ? here : region(where));
    try {
      await client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }), once);
      return { kind: 'taken' };
    } catch (error) {
      if (over.has(nameOf(error))) return { kind: 'already', output: null };
      throw error;
    }
  };
}

/** The run goes on already, or is over. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
const over: ReadonlySet<string> = new Set(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken']);
