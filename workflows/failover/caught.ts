import { jsonata } from '../asl.ts';

/**
 * What the error says. A function's is JSON, `{"errorType":…,"errorMessage":…,"trace":…}`: people need the message and not
 * the trace. Whatever else was thrown is taken as it is. A cause may have 32 KiB, of which the beginning says it all.
 * `\x5c` is the backslash: before a bracket, JSONata's scanner would take it for an escape.
 */
const message = `(
  $said := $substring('' & $states.errorOutput.Cause, 0, 2000);
  $quoted := $match($said, /"errorMessage": *"(([^"\\x5c]|\\x5c.)*)"/);
  $count($quoted) = 1 ? $quoted.groups[0] : $said)`;

/** What a Catch keeps: `{state, Error, Cause}`. Nothing catches a Catch, so these expressions hold whatever was thrown. */
export const caughtError = jsonata(`{
  'state': $states.context.State.Name,
  'Error': '' & $states.errorOutput.Error,
  'Cause': $substring(${message}, 0, 1000)
}`);

/** The same as a sentence, to stand inside an expression. */
export const caughtSentence = `$substring(
  $states.context.State.Name & ' failed: ' & $states.errorOutput.Error & ': ' & ${message}, 0, 1000)`;
