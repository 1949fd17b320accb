import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { endings } from '../../core/incident.ts';
import { steps } from '../../deployment/names.ts';
import type { Preparation } from '../../handlers/steps/prepare.ts';
import type { Rollback } from '../../handlers/steps/rollback.ts';
import type { ShiftOutcome } from '../../handlers/steps/shift.ts';
import type { Verification } from '../../handlers/steps/verify.ts';
import { allStates } from '../../workflows/flows.ts';
import {
  type Answer,
  functions,
  machine,
  move,
  pending,
  play,
  type Script,
  shifted,
  verified,
} from '../workflows/failover-run.ts';

/*
 * What steps can answer and what the machine makes of it are two lists in two places; here they are compared. The tables are
 * total by their types: an answer that a step learns to give does not compile before it says here where it leads.
 */

describe('states and handlers', () => {
  const tasks = allStates(machine).filter(([, state]) => state.Type === 'Task');
  const called = tasks.flatMap(([, state]) => {
    const { FunctionName } = ('Arguments' in state ? state.Arguments : {}) as { readonly FunctionName?: unknown };
    return typeof FunctionName === 'string' ? [FunctionName] : [];
  });

  test('every task calls a step that has a handler, and every step is called by a task', () => {
    expect(new Set(called)).toEqual(new Set(steps.map((step) => functions[step])));
  });

  test('every handler is a step of the machine, or is called by something else that is named here', async () => {
    const files = (await readdir('handlers')).filter((file) => file.endsWith('.lambda.ts'));
    /** Called by schedules, by CloudFormation, by the machine of evacuations, by steps that ask hooks, and by Slack. */
    const others = [
      'hooks',
      'reconcile',
      'fast-probe',
      'first-states',
      'edge-pages',
      'evacuate',
      'slack-answer',
      'copy',
      'copies-removal',
    ];

    expect(
      files
        .map((file) => file.replace('.lambda.ts', ''))
        .filter((name) => !others.includes(name))
        .sort(),
    ).toEqual([...steps].sort());
  });

  test('every ending has a state of its name, and every last state but the one without a record is an ending', () => {
    const last = allStates(machine)
      .filter(([, state]) => state.Type === 'Fail' || state.Type === 'Succeed')
      .map(([name]) => name)
      .filter((name) => name !== 'MoveEnded' && name !== 'Announced');
    const named = endings.map((ending) => ending.replace(/(^|-)([a-z])/g, (_, __, letter) => letter.toUpperCase()));

    expect(last.sort()).toEqual([...named, 'NotConcluded'].sort());
  });
});

/** The state in which a run ends that follows this script. */
const endsIn = async (script: Script) => (await play(script)).path.at(-1);

describe('what steps answer', () => {
  const shifts: Readonly<Record<ShiftOutcome, readonly [Script, string]>> = {
    accepted: [{}, 'Recovered'],
    unchanged: [{}, 'Recovered'],
    rehearsed: [{}, 'Recovered'],
    stale: [{}, 'Failed'],
    'moved-meanwhile': [{}, 'Failed'],
    'moved-by-hand': [{}, 'Fenced'],
    'too-late': [{}, 'Failed'],
    fenced: [{}, 'Fenced'],
    paused: [{}, 'Held'],
    'not-alone': [{}, 'Held'],
    refused: [{}, 'Failed'],
  };
  test.each(Object.entries(shifts))('Shift: %s leads to an ending that is meant', async (outcome, [script, ending]) => {
    expect(await endsIn({ ...script, shift: [shifted(outcome)] })).toBe(ending);
  });

  const looks: Readonly<Record<Verification['state'], readonly [Answer, string]>> = {
    verified: [verified(), 'Recovered'],
    pending: [pending(0), 'RolledBack'],
    failed: [verified({ state: 'failed' }), 'RolledBack'],
  };
  test.each(Object.entries(looks))(
    'Verify: %s, for ever, leads to an ending that is meant',
    async (_, [look, ending]) => {
      expect(await endsIn({ verify: [look] })).toBe(ending);
    },
  );

  const undone: Readonly<Record<Rollback['outcome'], string>> = {
    'rolled-back': 'RolledBack',
    unproven: 'Unproven',
    'rollback-failed': 'RollbackFailed',
    fenced: 'Fenced',
  };
  test.each(Object.entries(undone))('Rollback: %s leads to an ending that is meant', async (outcome, ending) => {
    const rollback = [{ outcome, because: 'so' }] as const;
    expect(await endsIn({ verify: [verified({ state: 'failed' })], rollback })).toBe(ending);
  });

  const prepared: Readonly<Record<Preparation['outcome'], string>> = { ready: 'Recovered', vetoed: 'Vetoed' };
  test.each(Object.entries(prepared))('Prepare: %s leads to an ending that is meant', async (outcome, ending) => {
    const prepare = [{ outcome, because: 'so', answers: [] }] as const;
    expect(await endsIn({ decide: [move({ prepare: ['scale-up'] })], prepare })).toBe(ending);
  });

  test.each([
    ['yes', { approved: true, by: 'ada' }, 'Recovered'],
    ['a name that is none', { approved: true, by: 42 }, 'Recovered'],
    ['a yes that is none', { approved: 'true', by: 'ada' }, 'Declined'],
    ['a list of yeses', { approved: [true], by: ['ada'] }, 'Declined'],
    ['no', { approved: false, by: 'ada' }, 'Declined'],
    ['nothing in time', 'hangs', 'Unanswered'],
  ] as const)('a person: %s', async (_, said, ending) => {
    const approval = { required: true, deadlineMs: 300_000, onDeadline: 'abort' };
    expect(await endsIn({ decide: [move({ approval }), move()], approve: [said] })).toBe(ending);
  });
});
