import type { InspectionData, InspectionErrorDetails } from '@aws-sdk/client-sfn';
import type { HistoryEvent } from '../history.ts';

/** What was seen on the way through a state, as DEBUG and TRACE tell it. */
export class Inspection {
  readonly #data: InspectionData = {};
  #errorDetails: InspectionErrorDetails = {};

  note(seen: InspectionData): void {
    Object.assign(this.#data, seen);
  }

  handledBy(details: InspectionErrorDetails): void {
    this.#errorDetails = { ...this.#errorDetails, ...details };
  }

  /** What a Task was called with, and what came of it, stand in its events. */
  noteEvents(events: readonly HistoryEvent[], { hasArguments }: { readonly hasArguments: boolean }): void {
    for (const event of events) {
      const parameters =
        event.taskScheduledEventDetails?.parameters ?? event.lambdaFunctionScheduledEventDetails?.input;
      if (hasArguments && parameters !== undefined) this.note({ afterArguments: parameters });
      const result = event.taskSucceededEventDetails?.output ?? event.lambdaFunctionSucceededEventDetails?.output;
      if (result !== undefined) this.note({ result });
    }
  }

  told(): InspectionData {
    const handled = Object.keys(this.#errorDetails).length > 0;
    return { ...this.#data, ...(handled && { errorDetails: this.#errorDetails }) };
  }
}
