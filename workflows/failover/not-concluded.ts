import { oneLine } from './one-line.ts';

/** The subject of what people get where a run could not write its end. */
export const notConcluded = 'Understudy could not conclude a run';

/** JSONata for the text: sentences, a line each. No part of it makes lines of its own. */
export const notConcludedText = `$join([
      'A failover run could not write how it ended. Its lease runs out by itself; look at who serves.',
      'Incident: ' & ($incident = null ? 'none was admitted' : ${oneLine('$incident.id')}),
      'Way: ' & ($way = null ? 'none was decided' : ${oneLine('$way')}),
      'The move: ' & ($act = null ? 'was not begun, or gave no answer' : ${oneLine("$act.ending & ', ' & $act.because")}),
      'Earlier error: ' & ($error = null ? 'none' : ${oneLine("$error.state & ': ' & $error.Error & ': ' & $error.Cause")}),
      'Conclude: ' & ${oneLine("$concludeError.Error & ': ' & $concludeError.Cause")},
      'Execution: ' & $states.context.Execution.Id
    ], '\\n')`;
