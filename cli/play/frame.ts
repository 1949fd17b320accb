import { shareOf } from '../../core/routing.ts';
import { steps } from '../../deployment/names.ts';
import type { Scene } from './scene.ts';

/** What callers got in the last moments, region by region. */
export interface TrafficGlance {
  readonly perSecond: number;
  readonly requests: number;
  readonly lost: number;
  /** One cell per slice of time, oldest first: the region that served most of it, `lost` where most failed, `null` for none. */
  readonly strip: readonly (string | 'lost' | null)[];
}

export interface FrameOptions {
  readonly width: number;
  readonly height: number;
  readonly now: number;
  readonly tempo: number;
  readonly color: boolean;
}

/** The whole screen as lines. Pure: the same scene gives the same picture. */
export function frame(scene: Scene, traffic: TrafficGlance, options: FrameOptions): string[] {
  const paint = painter(options.color);
  const head = [
    title(scene, options, paint),
    `  ${paint.dim(scene.phase)}`,
    '',
    ...scene.regions.map((region) => regionLine(scene, region, options.width, paint)),
    '',
  ];
  const middle = [
    trafficLine(scene, traffic, paint),
    stripLine(scene, traffic, options.width, paint),
    '',
    stepLine(scene, options.width, paint),
    '',
  ];
  const room = Math.max(linesMin, options.height - head.length - middle.length - 1);
  const lines = scene.lines
    .slice(-room)
    .map(
      ({ at, kind, text }) =>
        `  ${paint.dim(clock(at - scene.startedAt))}  ${kindMark(kind, paint)} ${cut(text, options.width - 24)}`,
    );
  // A line that wraps would be two, and the next picture would be drawn one too low.
  const picture = [...head, ...middle, ...lines].slice(0, options.height);
  return picture.map((line) => fitted(line, options.width));
}

/** Whether a terminal has room for a picture that is worth it; where it has not, lines say more. */
export function hasRoom({ regions }: Pick<Scene, 'regions'>, { width, height }: { width: number; height: number }) {
  return width >= 60 && height >= 9 + regions.length + linesMin;
}

/** Of what happened last. */
const linesMin = 3;

/** Below it, everything that can be said in less room is. */
const roomyWidth = 80;

/** `00:07.3`, since the play began. */
export function clock(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  const minutes = Math.floor(tenths / 600);
  return `${String(minutes).padStart(2, '0')}:${String(Math.floor(tenths / 10) % 60).padStart(2, '0')}.${tenths % 10}`;
}

export function kindLabel(kind: Scene['lines'][number]['kind']): string {
  return kind === 'state' ? 'step' : kind === 'notification' ? 'told' : kind === 'execution' ? 'run' : kind;
}

type Painter = ReturnType<typeof painter>;

function title(scene: Scene, { now, tempo, width }: FrameOptions, paint: Painter): string {
  const elapsed = now - scene.startedAt;
  if (width < roomyWidth)
    return `  ${paint.bold(scene.service)}  ${clock(elapsed)}  ${paint.dim(`(at AWS’s pace ${clock(elapsed * tempo)})`)}`;
  return `  ${paint.bold('understudy')}  ${scene.service}   ${clock(elapsed)}  ${paint.dim(`(${clock(elapsed * tempo)} at the pace of AWS, × ${tempo})`)}`;
}

function regionLine(scene: Scene, region: string, width: number, paint: Painter): string {
  const share = shareOf(scene.weights, region);
  const length = width < roomyWidth ? 10 : 20;
  const gap = width < roomyWidth ? '  ' : '   ';
  const cells = Math.round(share * length);
  const fault = scene.faults[region];
  const sights = scene.observers.map((observer) => {
    const sight = scene.sights[region]?.[observer];
    return sight === undefined ? paint.dim('·') : sight ? paint.green('✓') : paint.red('✗');
  });
  const bar = `${paint.cyan('█'.repeat(cells))}${paint.dim('░'.repeat(length - cells))}`;
  const state = fault === undefined ? paint.green('● well') : paint.red(`● ${fault}`);
  return `  ${region.padEnd(14)} ${bar} ${`${Math.round(share * 100)} %`.padStart(5)}${gap}seen ${sights.join('')}${gap}${state}`;
}

function trafficLine(_scene: Scene, { perSecond, requests, lost }: TrafficGlance, paint: Painter): string {
  const lostText = lost === 0 ? paint.green('0 lost') : paint.yellow(`${lost} lost`);
  return `  callers        ${perSecond} requests/s, ${requests} so far, ${lostText}`;
}

function stripLine(scene: Scene, { strip }: TrafficGlance, width: number, paint: Painter): string {
  const [first = '', ...others] = scene.regions;
  const key = [`▇ ${first}`, ...others.map((other) => `▃ ${other}`), '× lost'].join('  ');
  const room = Math.max(5, Math.min(60, width - '  served by      '.length - 3 - key.length));
  const cells = strip.slice(-room).map((cell) => {
    if (cell === null) return ' ';
    if (cell === 'lost') return paint.red('×');
    return scene.regions.indexOf(cell) === 0 ? paint.cyan('▇') : paint.green('▃');
  });
  return `  served by      ${cells.join('')}   ${paint.cyan('▇')} ${first}  ${others.map((other) => `${paint.green('▃')} ${other}`).join('  ')}  ${paint.red('×')} lost`;
}

/** The steps of the run, without what only waits, chooses or gathers branches. */
function stepLine(scene: Scene, width: number, paint: Painter): string {
  const shown = scene.steps.filter(({ state }) => steps.some((step) => step === state.toLowerCase()));
  if (shown.length === 0) return `  state machine  ${paint.dim('idle')}`;
  // Where there is no room for all, the last ones stay: that is where it is.
  const room = width - '  state machine  '.length;
  const lengths = shown.map(({ state }) => `${state} ✓ → `.length);
  let skipped = 0;
  while (skipped < shown.length - 1 && sum(lengths.slice(skipped)) + (skipped > 0 ? '… → '.length : 0) > room)
    skipped++;
  const marks = shown
    .slice(skipped)
    .map(({ state, done }) => (done ? paint.green(`${state} ✓`) : paint.bold(`${state} …`)));
  return `  state machine  ${[...(skipped > 0 ? ['…'] : []), ...marks].join(paint.dim(' → '))}`;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

function kindMark(kind: Scene['lines'][number]['kind'], paint: Painter): string {
  const label = kindLabel(kind).padEnd(10);
  if (kind === 'fault') return paint.red(label);
  if (kind === 'weights' || kind === 'propagated') return paint.cyan(label);
  if (kind === 'alarm') return paint.yellow(label);
  return paint.dim(label);
}

/** Cut to so many visible characters; escape codes take no room, and all of them stay, so that colours end. */
function fitted(line: string, width: number): string {
  let room = width;
  return line
    .split(escapeCode)
    .map((part) => {
      if (part.startsWith('\u001b')) return part;
      const shown = [...part].slice(0, room);
      room -= shown.length;
      return shown.join('');
    })
    .join('');
}

// biome-ignore lint/complexity/useRegexLiterals: a literal would hold a control character.
const escapeCode = new RegExp('(\\u001b\\[\\d+m)');

const cut = (text: string, width: number) =>
  text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;

function painter(color: boolean) {
  const code = (open: number, close: number) => (text: string) => (color ? `\x1b[${open}m${text}\x1b[${close}m` : text);
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    cyan: code(36, 39),
  };
}
