import type { Instant, Region } from '../core/brand.ts';
import type { EvacuationStanding } from '../core/evacuation-text.ts';
import type { Report } from '../core/report.ts';
import type { Answered, Round } from './answers.ts';
import type { Watched } from './watcher.ts';

/** What the page shows: everything that the console knows, as JSON. */
export interface View {
  readonly about: About;
  readonly services: readonly ServiceView[];
  /** What people did from this console, the newest last. */
  readonly acts: readonly ActView[];
  /** The evacuation, or the return, that is under way; null where none is. */
  readonly evacuation: EvacuationStanding | null;
  /** What is wrong in the world of a sandbox; null on AWS. */
  readonly world: World | null;
}

/** What does not change while the console runs. */
export interface About {
  /** Of the deployment. */
  readonly deployment: string;
  /** Address of a sandbox; null for AWS. */
  readonly endpoint: string | null;
  /** The control region that is asked first. */
  readonly region: Region;
  readonly services: readonly ServiceAbout[];
  readonly acts: readonly ActAbout[];
  /** Whether it is a copy that nobody can act from, and that asks no front door. */
  readonly isCopy?: boolean;
}

export interface ServiceAbout {
  readonly name: string;
  readonly regions: readonly Region[];
  /** What a move writes, and where, in a sentence. */
  readonly writes: string;
  readonly rtoTargetMs: number;
}

export interface ServiceView extends Watched {
  /** Who answered at the front door in the last minute; null where nobody was asked yet. */
  readonly answered: Answered | null;
  /** What came of the requests of the last minutes; none of a service that is not looked at by itself. */
  readonly rounds: readonly Round[];
  /** When the lever was read, where that was not with the rest. */
  readonly routingReadAt?: Instant | null;
  /** What was read says nothing of now any more: nothing of it is called well. */
  readonly isOld?: boolean;
}

/** A command of the command line that the page offers, with the help of the command. */
export interface ActAbout {
  readonly name: string;
  readonly summary: string;
  /** What it is done to. */
  readonly subject: 'service' | 'region';
  /** Whether the name of the subject has to be typed: where traffic may move, or automation is let go or stopped. */
  readonly confirm: boolean;
  readonly options: readonly ActOption[];
}

export interface ActOption {
  readonly name: string;
  readonly kind: 'region' | 'text' | 'switch';
  readonly help: string;
  readonly required: boolean;
}

/** What a person asks the console to do. */
export interface ActRequest {
  readonly name: string;
  readonly subject: string;
  readonly values: Readonly<Record<string, string | boolean>>;
  /** The name of the subject as the person typed it. */
  readonly confirm: string | null;
}

export interface ActView {
  readonly id: number;
  /** As one would type it. */
  readonly line: string;
  readonly at: Instant;
  /** What it said so far. */
  readonly said: readonly string[];
  /** Its exit status; null while it goes on. */
  readonly status: number | null;
}

/** What a sandbox can be made to suffer. */
export interface World {
  readonly regions: readonly string[];
  readonly kinds: readonly string[];
  /** By region. */
  readonly faults: Readonly<Record<string, string>>;
}

/** What happened to one service. */
export interface HistoryView {
  readonly service: string;
  /** One a line, the newest last; equal refusals folded. */
  readonly lines: readonly string[];
  /** The newest first. */
  readonly incidents: readonly Report[];
}
