import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const orphaned = fileURLToPath(new URL('../../cli/orphaned.ts', import.meta.url));

/** Waits for ever, says when it may be left alone, and why it ends. */
const waits = `
  const { whenOrphaned } = await import(${JSON.stringify(orphaned)});
  whenOrphaned(() => { console.log('orphaned'); process.exit(); });
  console.log('waits ' + process.pid);
  setInterval(() => {}, 1000);`;

/** A process that calls itself so, and starts the one that waits through a shell, as npm does. */
async function startedBy(title: string) {
  const source = `
    process.title = ${JSON.stringify(title)};
    require('node:child_process').spawn('sh', ['-c', '"$0" --input-type=module -e "$1" && true', process.execPath, ${JSON.stringify(waits)}],
      { stdio: ['ignore', 'inherit', 'inherit'] });`;
  const starter = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(starter.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  const waiting = Number(first.split(' ')[1]);
  onTestFinished(() => {
    starter.kill('SIGKILL');
    if (existsSync(`/proc/${waiting}`)) process.kill(waiting, 'SIGKILL');
  });
  return { starter, lines, waiting };
}

test.skipIf(!existsSync('/proc/self/stat'))('what npm started ends when npm is killed', async () => {
  const { starter, lines } = await startedBy('npm run start');

  const said = once(lines, 'line');
  starter.kill('SIGKILL');

  expect(await said).toEqual(['orphaned']);
});

test.skipIf(!existsSync('/proc/self/stat'))('what somebody else left in the background stays', async () => {
  const { starter, waiting } = await startedBy('bash');

  starter.kill('SIGKILL');
  await once(starter, 'exit');
  // Longer than it takes to look twice.
  await new Promise((resolve) => setTimeout(resolve, 2_500));

  expect(existsSync(`/proc/${waiting}`)).toBe(true);
});
