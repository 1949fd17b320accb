import * as z from 'zod';
import type { Instant } from '../core/brand.ts';
import type { ActAbout, ActRequest, ActView } from './view.ts';

/** Does one act; says what happens, and resolves to the exit status of the command. */
export type Perform = (request: ActRequest, say: (line: string) => void) => Promise<number>;

export interface ActsOptions {
  readonly acts: readonly ActAbout[];
  /** Names of what each subject may be. */
  readonly subjects: Readonly<Record<ActAbout['subject'], readonly string[]>>;
  readonly perform: Perform;
  readonly now: () => Instant;
  /** Called when something may have changed. */
  readonly changed: (request: ActRequest) => void;
}

/** What people do from this console. The commands of the command line do it, in their words. */
export interface Acts {
  /** Begins an act, or says why it does not. */
  begin(
    body: unknown,
  ): { readonly kind: 'begun'; readonly id: number } | { readonly kind: 'refused'; readonly because: string };
  views(): readonly ActView[];
}

const requestSchema = z.strictObject({
  name: z.string().max(32),
  subject: z.string().max(256),
  values: z.record(z.string().max(32), z.union([z.string().max(2_000), z.boolean()])),
  confirm: z.string().max(256).nullable(),
});

/** As many are remembered. */
const actsMax = 20;

export function actsOf({ acts, subjects, perform, now, changed }: ActsOptions): Acts {
  const done: { -readonly [Member in keyof ActView]: ActView[Member] }[] = [];
  let lastId = 0;

  function begin(body: unknown): ReturnType<Acts['begin']> {
    const parsed = requestSchema.safeParse(body);
    if (!parsed.success) return { kind: 'refused', because: `not an act: ${z.prettifyError(parsed.error)}` };
    const request = parsed.data;
    const because = objection(request, acts, subjects);
    if (because !== null) return { kind: 'refused', because };
    lastId += 1;
    const act: (typeof done)[number] = { id: lastId, line: lineOf(request), at: now(), said: [], status: null };
    done.push(act);
    if (done.length > actsMax) done.splice(0, done.length - actsMax);
    const say = (line: string) => {
      act.said = [...act.said, line];
    };
    void perform(request, say)
      .catch((error: unknown) => {
        say(error instanceof Error ? error.message : String(error));
        return 1;
      })
      .then((status) => {
        act.status = status;
        changed(request);
      });
    return { kind: 'begun', id: lastId };
  }

  return {
    begin,
    views: () => done.map((act) => ({ ...act })),
  };
}

/** Why an act is not begun; null where it is. */
function objection(
  { name, subject, values, confirm }: ActRequest,
  acts: readonly ActAbout[],
  subjects: ActsOptions['subjects'],
): string | null {
  const act = acts.find((known) => known.name === name);
  if (act === undefined)
    return `the console does not do ${name}; it does ${acts.map((known) => known.name).join(', ')}`;
  if (!subjects[act.subject].includes(subject)) return `there is no ${act.subject} ${subject}`;
  for (const [given, value] of Object.entries(values)) {
    const option = act.options.find((known) => known.name === given);
    if (option === undefined) return `${name} takes no ${given}`;
    if ((option.kind === 'switch') !== (typeof value === 'boolean')) return `${given} of ${name} is a ${option.kind}`;
  }
  const missing = act.options.find((option) => option.required && !String(values[option.name] ?? '').trim());
  if (missing !== undefined) return `${name} asks for ${missing.name}: ${missing.help}`;
  if (act.confirm && confirm !== subject) return `type the name of the ${act.subject}, ${subject}, to do this`;
  return null;
}

/** The command as one would type it. */
export function lineOf({ name, subject, values }: Pick<ActRequest, 'name' | 'subject' | 'values'>): string {
  const options = Object.entries(values).flatMap(([option, value]) => {
    if (value === false || value === '') return [];
    return value === true ? [`--${option}`] : [`--${option}`, quoted(value)];
  });
  return ['understudy', name, quoted(subject), ...options].join(' ');
}

const quoted = (text: string): string => (/^[\w.:/#@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
