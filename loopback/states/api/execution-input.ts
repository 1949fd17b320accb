import { AwsError } from '../../aws/service.ts';
import type { Payload } from '../json.ts';
import { isTextTooLarge } from '../json.ts';

/** An execution's input, which keeps its text as it came. */
export function parseInput(text: string): Payload {
  if (isTextTooLarge(text)) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144",
    );
  }
  try {
    return { text, value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new AwsError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${complaint(text, error)}'`);
  }
}

/** The service's JSON parser speaks otherwise than JavaScript's; its two commonest complaints in its own words. */
function complaint(text: string, { message }: SyntaxError): string {
  if (text.trim() === '') return 'Invalid execution input.';
  const [, word] = /^\s*([A-Za-z_$][\w$]*)/.exec(text) ?? [];
  if (word !== undefined && !['null', 'true', 'false'].includes(word)) {
    return `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`;
  }
  const [, key] = /^\s*\{\s*([^"}\s])/.exec(text) ?? [];
  if (key !== undefined) {
    return `Unexpected character ('${key}' (code ${key.charCodeAt(0)})): was expecting double-quote to start field name`;
  }
  return message;
}
