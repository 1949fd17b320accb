import { jsonata } from '../asl.ts';

/**
 * What a Catch keeps: `{state, Error, Cause}`. Nothing catches a Catch, so these expressions hold whatever was thrown; a
 * cause may be a stack trace of 32 KiB, of which the beginning says it all.
 */
export const caughtError = jsonata(`{
  'state': $states.context.State.Name,
  'Error': '' & $states.errorOutput.Error,
  'Cause': $substring('' & $states.errorOutput.Cause, 0, 1000)
}`);

/** The same as a sentence, to stand inside an expression. */
export const caughtSentence = `$substring(
  $states.context.State.Name & ' failed: ' & $states.errorOutput.Error & ': ' & $states.errorOutput.Cause, 0, 1000)`;
