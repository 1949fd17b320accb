import type { Command } from './command.ts';

/**
 * Every command by its name, in the order of the help. Each is loaded when somebody asks for it: what one needs, AWS's SDK for most, the
 * others do not wait for.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).init,
  check: async () => (await import('./commands/check.ts')).check,
  doctor: async () => (await import('./commands/doctor.ts')).doctor,
  play: async () => (await import('./commands/play.ts')).play,
  start: async () => (await import('./commands/start.ts')).start,
  rehearse: async () => (await import('./commands/start.ts')).rehearse,
  drill: async () => (await import('./commands/drill.ts')).drill,
  evacuate: async () => (await import('./commands/evacuate.ts')).evacuate,
  return: async () => (await import('./commands/evacuate.ts')).returnTo,
  fence: async () => (await import('./commands/fence.ts')).fence,
  unfence: async () => (await import('./commands/unfence.ts')).unfence,
  freeze: async () => (await import('./commands/freeze.ts')).freeze,
  thaw: async () => (await import('./commands/freeze.ts')).thaw,
  stay: async () => (await import('./commands/stay.ts')).stay,
  record: async () => (await import('./commands/record.ts')).record,
  status: async () => (await import('./commands/status.ts')).status,
  watch: async () => (await import('./commands/watch.ts')).watch,
  explain: async () => (await import('./commands/explain.ts')).explain,
  history: async () => (await import('./commands/history.ts')).history,
  audit: async () => (await import('./commands/audit.ts')).audit,
  console: async () => (await import('./commands/console.ts')).consoleCommand,
  mcp: async () => (await import('./commands/mcp.ts')).mcp,
  ack: async () => (await import('./commands/acknowledge.ts')).acknowledge,
  pause: async () => (await import('./commands/pause.ts')).pause,
  resume: async () => (await import('./commands/pause.ts')).resume,
  approve: async () => (await import('./commands/approve.ts')).approve,
  decline: async () => (await import('./commands/approve.ts')).decline,
  backtest: async () => (await import('./commands/backtest.ts')).backtest,
  rto: async () => (await import('./commands/rto.ts')).rto,
  simulate: async () => (await import('./commands/simulate.ts')).simulate,
  asl: async () => (await import('./commands/asl.ts')).asl,
  cost: async () => (await import('./commands/cost.ts')).cost,
  grants: async () => (await import('./commands/grants.ts')).grants,
  runbook: async () => (await import('./commands/runbook.ts')).runbook,
  sandbox: async () => (await import('./commands/sandbox.ts')).sandbox,
  completion: async () => (await import('./commands/completion.ts')).completionOf(allCommands),
};

/** Undefined where there is none of that name. */
export const commandNamed = async (name: string): Promise<Command | undefined> =>
  Object.hasOwn(commands, name) ? commands[name]?.() : undefined;

export const allCommands = (): Promise<readonly Command[]> =>
  Promise.all(Object.values(commands).map((load) => load()));
