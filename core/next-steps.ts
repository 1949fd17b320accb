import type { Ending, Mode } from './incident.ts';
import type { Plan } from './plan.ts';
import { unprotectedText } from './protection.ts';
import type { Fence } from './record.ts';
import type { Verdict } from './verdict.ts';

export interface Ended {
  readonly ending: Ending;
  readonly service: string;
  readonly mode: Mode | null;
  readonly incident: string | null;
  readonly verdict: Verdict | null;
  /** Whether this run disarmed automation; not known to everybody who asks. */
  readonly disarmed?: boolean | undefined;
  /** Whether people have to hear of it at all. */
  readonly isForPeople: boolean;
  /** Regions that people keep automation out of, as far as who asks knows. */
  readonly fences?: readonly Fence[] | undefined;
}

/** What there is to do now, a sentence and its command each. The first is the first to do. */
export function nextSteps({
  ending,
  service,
  mode,
  incident,
  verdict,
  disarmed,
  isForPeople,
  fences,
}: Ended): string[] {
  // The ledger disarms automation after every automatic move, those that were undone included.
  const arm =
    mode === 'automatic' ? [`Automation of ${service} is disarmed until somebody runs: understudy ack ${service}`] : [];
  switch (ending) {
    case 'recovered':
      return [...arm, ...fencedBehind(service, verdict, fences), ...unprotectedBehind(service, mode, verdict)];
    case 'rolled-back':
      return [...backOnABadRegion(service, verdict, incident), ...arm];
    case 'unproven':
      return [
        ...leftUnproven(service, verdict, incident),
        ...arm,
        ...fencedBehind(service, verdict, fences),
        ...unprotectedBehind(service, mode, verdict),
      ];
    case 'rollback-failed':
      return [
        `The lever of ${service} is in an unknown state. Follow docs/runbook.md, "Rollback failed", now.`,
        ...arm,
      ];
    case 'fenced':
      return disarmed === true
        ? [
            'Somebody moved the lever by hand meanwhile, and has it.',
            `Whoever did says where to: ${recordCommand(service)}`,
            ...arm,
          ]
        : [];
    case 'failed':
      return [`See what happened: understudy explain ${incident ?? service}`];
    case 'declined':
      return [`Automation asks again after its cooldown. To move before: ${startText(service, verdict)}`];
    case 'unanswered':
      return [`To move by hand: ${startText(service, verdict)}`];
    case 'held':
      return verdict?.kind === 'hold' && isForPeople ? [`What would move it: ${verdict.wouldChange}.`] : [];
    default:
      return [];
  }
}

/** What was left has to be proven before the next outage: practice leaves nothing. */
function unprotectedBehind(service: string, mode: Mode | null, verdict: Verdict | null): string[] {
  return mode === 'drill' || verdict?.kind !== 'move' ? [] : [unprotectedText(service, verdict.plan.from)];
}

/** A run that waits for a person, or was stopped while it did. */
export const answerSteps = (service: string, { from, to }: Pick<Plan, 'from' | 'to'>): string[] => [
  `To let it move from ${from} to ${to}, while it waits for that (understudy status ${service}): understudy approve ${service}`,
  `To keep it where it is: understudy decline ${service}`,
];

/** Tells automation what was done past Understudy. */
export const recordCommand = (service: string, to = 'REGION'): string =>
  `understudy record ${service} --moved-to ${to} --reason "…"`;

/** Beside a question that is put to people. */
export const answerCommands = (incident: string): readonly [string, string] => [
  `Approve: understudy approve ${incident}`,
  `Decline: understudy decline ${incident}`,
];

/** Whoever evacuates a region has fenced it, and forgets it easily: nothing comes home by itself. */
function fencedBehind(service: string, verdict: Verdict | null, fences: readonly Fence[] = []): string[] {
  const from = verdict?.kind === 'move' ? verdict.plan.from : null;
  return fences
    .filter(({ region }) => region === from)
    .map(
      ({ region, by }) =>
        `${by} fenced ${region}: automation moves nothing in there until somebody runs: understudy unfence ${region} ${service}`,
    );
}

const startText = (service: string, verdict: Verdict | null): string =>
  `understudy start ${service} --to ${verdict?.kind === 'move' ? verdict.plan.to : '…'} --reason "…"`;

/** Undoing a move is no way out where the region that was left is what was wrong: then nobody is helped yet. */
function backOnABadRegion(service: string, verdict: Verdict | null, incident: string | null): string[] {
  if (verdict?.kind !== 'move') return [];
  if (verdict.diagnosis !== 'region-down' && verdict.diagnosis !== 'region-degraded') return [];
  const { from, to } = verdict.plan;
  return [
    `${from} was bad when the move began, and it serves again: unless it has recovered, callers are still failing and a person has to act.`,
    `See why ${to} did not verify: understudy explain ${incident ?? service}`,
    `Then mend ${from}, or mend ${to} and move by hand: understudy start ${service} --to ${to} --reason "…"`,
  ];
}

/** Nothing is led back into a region that is down: what is left to do is a person's. */
function leftUnproven(service: string, verdict: Verdict | null, incident: string | null): string[] {
  if (verdict?.kind !== 'move') return [];
  const { from, to } = verdict.plan;
  return [
    `It was not undone, because ${from} is down and ${to} answers. Whether ${to} answers all callers well is not proven.`,
    `See what ${to} answered: understudy explain ${incident ?? service}`,
    `Then mend ${to} where it stands; once ${from} is well and ${to} is not, go back by hand: understudy start ${service} --to ${from} --reason "…"`,
  ];
}
