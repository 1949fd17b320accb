import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { FleetSynthesis } from './synthesise.ts';

/** `npm run bench -- fleet`: how a deployment grows with the number of services. Prints a table, and writes `out/bench-fleet.json`. */
const counts = [1, 10, 100, 1_000];
const measured: FleetSynthesis[] = [];
for (const count of counts) measured.push(await synthesised(count));

const grows = (of: (each: FleetSynthesis) => number) => {
  const [ten, most] = [measured.find(({ services }) => services === 10), measured.at(-1)];
  if (ten === undefined || most === undefined) throw new Error('there is nothing to compare');
  return Math.log(of(most) / of(ten)) / Math.log(most.services / ten.services);
};
const exponents = {
  bytes: grows(({ bytes }) => bytes),
  resources: grows(({ resources }) => resources),
  parsing: grows(({ parsingMs }) => parsingMs),
  synthesis: grows(({ synthesisMs }) => synthesisMs),
};

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const kilo = (bytes: number) => Math.round(bytes / 1_000);
process.stdout.write(
  `${[
    row([
      'services',
      'stacks',
      'KB',
      'KB a service',
      'resources',
      'largest stack: KB',
      'resources',
      'parsing, ms',
      'synthesis, s',
      'peak MB',
    ]),
    row(Array.from({ length: 10 }, () => '--:')),
    ...measured.map(({ services, stacks, bytes, resources, largestStack, parsingMs, synthesisMs, peakMb }) =>
      row([
        services,
        stacks,
        kilo(bytes),
        Math.round(kilo(bytes) / services),
        resources,
        kilo(largestStack.bytes),
        largestStack.resources,
        Math.round(parsingMs),
        (synthesisMs / 1_000).toFixed(1),
        Math.round(peakMb),
      ]),
    ),
    '',
    `From 10 to 1,000 services, exponent of growth: ${Object.entries(exponents)
      .map(([what, exponent]) => `${what} ${exponent.toFixed(2)}`)
      .join(', ')} (1 is linear).`,
  ].join('\n')}\n`,
);
await mkdir('out', { recursive: true });
await writeFile('out/bench-fleet.json', `${JSON.stringify({ measured, exponents }, null, 2)}\n`);

async function synthesised(count: number): Promise<FleetSynthesis> {
  const file = fileURLToPath(new URL('synthesise.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, String(count)], { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout) as FleetSynthesis;
}
