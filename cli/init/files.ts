import about from '../../package.json' with { type: 'json' };
import type { Answers } from './answers.ts';
import { placesFor } from './regions.ts';
import type { Found } from './template.ts';

/** Text by the path of the file. */
export type Files = Readonly<Record<string, string>>;

const quoted = (value: string): string => `'${value.replaceAll(/[\\']/g, '\\$&')}'`;
const list = (values: readonly string[]): string => `[${values.map(quoted).join(', ')}]`;

/** Everything that a project needs, but what it has already: `has` a `package.json`, `cdk.json`. `found` is what its templates say. */
export const filesFor = (answers: Answers, has: (file: string) => boolean, found?: Found): Files => ({
  'understudy.config.ts': configuration(answers, found),
  'understudy.app.ts': app,
  'test/understudy.test.ts': regionLost(answers),
  '.github/workflows/understudy.yml': workflow,
  ...(has('package.json') ? {} : { 'package.json': manifest }),
  ...(has('cdk.json') ? {} : { 'cdk.json': `${JSON.stringify({ app: 'node understudy.app.ts' }, null, 2)}\n` }),
});

function configuration({ service, home, standby, frontDoor, api, account }: Answers, found?: Found): string {
  const { observers, controlRegions, ledger } = placesFor(home, standby);
  const more = [
    ...(ledger.replicas === undefined ? [] : [`replicas: ${list(ledger.replicas)}`]),
    ...(ledger.witness === undefined ? [] : [`witness: ${quoted(ledger.witness)}`]),
  ];
  const endpoint = (name: string) => found?.endpoints[name] ?? api.replaceAll('{region}', name);
  const region = (name: string) => `{ region: ${quoted(name)}, endpoint: ${quoted(endpoint(name))} }`;
  const origin = (name: string) => `${quoted(name)}: ${quoted(found?.origins[name] ?? `${service}-${name}`)}`;
  return `import { defineFailover } from 'understudy-failover';

export default defineFailover({
  account: ${quoted(account)},
  // From where health is seen: three regions, one of them none of the service.
  observers: ${list(observers)},
  // Where it is decided: never only in the region that may be lost.
  controlRegions: ${list(controlRegions)},
  ledger: { tableName: 'understudy-ledger', region: ${quoted(ledger.region)}${more.map((each) => `, ${each}`).join('')} },
  // Nobody's service: an observer that cannot reach it either does not vote.
  controlTarget: { url: 'https://checkip.amazonaws.com/' },
  notify: { topics: { critical: 'understudy-critical', info: 'understudy-info' } },
  services: [
    {
      name: ${quoted(service)},
      // In rank order: the first is the home region.
      regions: [
        ${region(home)},
        ${region(standby)},
      ],
      frontDoor: { url: ${quoted(frontDoor)} },
      healthy: { path: '/health' },
      // Weights in a CloudFront KeyValueStore, which the deployment makes; the ids of the origins in your distribution.
      lever: { kind: 'kvs', origins: { ${origin(home)}, ${origin(standby)} } },
    },
  ],
});
`;
}

const app = `import { App } from 'aws-cdk-lib';
import { Understudy } from 'understudy-failover/cdk';
import failover from './understudy.config.ts';

const app = new App();
new Understudy(app, 'Understudy', { failover });
app.synth();
`;

const regionLost = ({ service, home, standby }: Answers): string => `import { test } from 'node:test';
import { startSandbox } from 'understudy-failover/testing';
import failover from '../understudy.config.ts';

test(${quoted(`${service} survives the loss of ${home}`)}, async () => {
  const world = await startSandbox({ failover });
  try {
    await world.served(${quoted(service)}).by(${quoted(home)});
    await world.lose(${quoted(home)});
    await world.served(${quoted(service)}).by(${quoted(standby)});
  } finally {
    await world.close();
  }
});
`;

const workflow = `name: understudy
on: [push, pull_request]
jobs:
  loses-a-region:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with: { node-version: 24 }
      - run: npm install
      - run: npx understudy check
      - run: node understudy.app.ts
      - run: node --test
`;

const manifest = `${JSON.stringify(
  {
    name: 'understudy-app',
    private: true,
    type: 'module',
    scripts: { test: 'node --test', synth: 'node understudy.app.ts' },
    devDependencies: {
      'aws-cdk-lib': `^${about.devDependencies['aws-cdk-lib']}`,
      constructs: `^${about.devDependencies.constructs}`,
      'understudy-failover': `^${about.version}`,
    },
  },
  null,
  2,
)}\n`;
