import { checkRoom, type HistoryEventType, type Recorder } from '../../loopback/states/history.ts';
import type { Payload } from '../../loopback/states/json.ts';

/** The history of an execution, of which nothing is kept but the name of the state that was entered last. */
export class LastState implements Recorder {
  name: string | null = null;
  count = 0;

  add(): number {
    checkRoom(this);
    return ++this.count;
  }

  enter(_type: HistoryEventType, _previousEventId: number, name: string, _input: Payload): number {
    this.name = name;
    return this.add();
  }

  close(): void {
    this.count++;
  }
}

/** How an execution ended, in a word: the name of its last state. */
export const endOf = ({ status, state }: { readonly status: string; readonly state: string | null }): string =>
  status === 'ABORTED' ? 'Stopped' : (state ?? status);
