import { sharesText } from '../core/routing.ts';
import type { Fault } from './faults/catalogue.ts';
import { durationText } from './faults/duration.ts';
import type { Act, Item } from './plan.ts';
import type { Seen } from './world/happening.ts';
import { endOf } from './world/last-state.ts';
import { epochStart } from './world/world.ts';

/** One line for one thing that happened; null for what a reader can do without. */
export function lineOf(seen: Seen): string | null {
  const text = textOf(seen);
  return text === null ? null : `${clockText(seen.at - epochStart).padStart(10)}  ${text}`;
}

function textOf(seen: Seen): string | null {
  switch (seen.kind) {
    case 'fault':
      return `${seen.state === 'begins' ? '✗' : '✓'} ${faultText(seen.fault)} ${seen.state}`;
    case 'act':
      return `● somebody: ${actText(seen.act)}: ${seen.outcome}`;
    case 'started':
      return `▶ ${shortRun(seen.run)} starts: ${seen.because}`;
    case 'redriven':
      return `▶ ${shortRun(seen.run)} starts once more`;
    case 'invoked':
      return null;
    case 'returned':
      return `  ${shortRun(seen.run)} ${seen.step}: ${seen.answer}`;
    case 'looked':
    case 'heard-users':
    case 'refused':
      return null;
    case 'ledger': {
      const { epoch, lease, armed, paused } = seen.after;
      const holder = lease === null ? 'free' : shortRun(lease.holder);
      return `  ledger: epoch ${epoch}, ${holder}${armed ? '' : ', disarmed'}${paused === null ? '' : ', paused'}`;
    }
    case 'recorded':
      return null;
    case 'hook':
      return `  ${shortRun(seen.run)} asks a hook (${seen.question.when} ${seen.question.to}): ${seen.says}`;
    case 'lever': {
      const who = seen.by === null ? 'somebody else' : `${shortRun(seen.by.run)} ${seen.by.step}`;
      const epoch = seen.after.epoch === null ? '' : ` under epoch ${seen.after.epoch}`;
      return `★ lever: ${sharesText(seen.after.weights)}${epoch}, by ${who}`;
    }
    case 'told':
      return `  told by ${seen.channel}: ${seen.message.subject}`;
    case 'not-told':
      return `  not told by ${seen.channel}: ${seen.message.subject}`;
    case 'paged':
    case 'noted':
      return `  ${shortRun(seen.run)} ${seen.kind === 'paged' ? 'pages' : 'tells the topic for information'}${seen.arrived ? '' : ', in vain'}`;
    case 'ended':
      return `■ ${shortRun(seen.run)} ends: ${endOf(seen)}`;
  }
}

/** `us-west-2/r1` of an ARN. */
function shortRun(run: string): string {
  const parts = run.split(':');
  return parts.length < 8 ? run : `${parts[3]}/${parts.at(-1)}`;
}

export function faultText({ fault, ...fields }: Fault): string {
  return [fault, ...fieldTexts(fields)].join(' ');
}

export function actText({ act, ...fields }: Act): string {
  return [act, ...fieldTexts(fields)].join(' ');
}

export function itemText(item: Item): string {
  const what = 'fault' in item ? faultText(item.fault) : actText(item.act);
  const since = item.after === undefined ? '' : ` after the ${item.after}`;
  return `${durationText(item.atMs)}${since}: ${what}${item.forMs === undefined ? '' : ` for ${durationText(item.forMs)}`}`;
}

const times: ReadonlySet<string> = new Set(['by', 'down', 'up', 'age', 'for']);

function fieldTexts(fields: object): string[] {
  return Object.entries(fields).map(([name, value]) =>
    times.has(name) && typeof value === 'number'
      ? `${name} ${durationText(value)}`
      : Array.isArray(value)
        ? value.join(',')
        : String(value),
  );
}

function clockText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  return `${minutes}:${((ms % 60_000) / 1000).toFixed(3).padStart(6, '0')}`;
}
