import { setTimeout as wait } from 'node:timers/promises';
import '@aws-sdk/signature-v4a';
import { parseFailover } from '../../config/define-failover.ts';
import { type Region, region } from '../../core/brand.ts';
import type { Entry } from '../../core/entry.ts';
import { applyLedger } from '../../core/ledger.ts';
import { homeWeights } from '../../core/plan.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import { type ArcLeverConfig, type Failover, regionNames, type Service } from '../../core/service.ts';
import { arcClient, arcCluster } from '../../handlers/adapters/arc-cluster.ts';
import { arcLever } from '../../handlers/adapters/lever.arc.ts';
import type { Ledger } from '../../handlers/ports.ts';
import type { EvacuationPorts, EvacuationRun } from '../../handlers/steps/evacuation/evacuation.ts';
import { switchControls } from '../../handlers/steps/evacuation/switch.ts';
import { arcRegions, createRoutingControlCluster } from '../../loopback/aws/arc.ts';
import { AwsFaults } from '../../loopback/aws/faults.ts';
import { startAwsServer } from '../../loopback/aws/server.ts';
import example from '../../understudy.config.ts';

/*
 * Of `npm run bench -- evacuation`: 150 services with two routing controls each leave a region, by the step that ships and the SDK's client, at
 * loopback's ARC, which holds AWS's limits: ten controls a call, three writes a second and endpoint. Every call to ARC and to the ledger takes 40 ms
 * beside what it does.
 */
const callMs = 40;
const count = 150;

export interface ControlsMeasured {
  readonly endpoints: number;
  readonly controls: number;
  readonly calls: number;
  readonly throttled: number;
  /** From the first write to the last. */
  readonly writtenMs: number;
  /** With leases, epochs and the record. */
  readonly doneMs: number;
}

export async function measureControls(endpoints: number): Promise<ControlsMeasured> {
  process.env['AWS_ACCESS_KEY_ID'] ??= 'bench';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'bench';
  const faults = new AwsFaults();
  const arc = createRoutingControlCluster();
  const aws = await startAwsServer({ port: 0, account: '123456789012', services: [arc], faults });
  const writtenAt: number[] = [];
  let calls = 0;
  arc.subscribe(() => writtenAt.push(performance.now()));
  faults.onCall(async ({ operation }, phase) => {
    if (phase !== 'before') return;
    if (operation === 'UpdateRoutingControlStates') calls += 1;
    await wait(callMs);
  });
  try {
    const at = arcRegions
      .map((name, index) => ({ region: region(name), url: aws.arcUrls[index] ?? '' }))
      .slice(0, endpoints) as unknown as ArcLeverConfig['endpoints'];
    const { failover, services, home } = fleetOf(at);
    const panel = { controlPanelArn: 'panel', controlPanelName: 'fleet' };
    arc.createCluster({
      controls: services.flatMap((service) =>
        Object.entries(controlsOf(service)).map(([name, arn]) => ({
          ...panel,
          arn,
          name,
          initial: name === home ? ('On' as const) : ('Off' as const),
        })),
      ),
      safetyRules: services.map((service) => ({
        kind: 'assertion',
        arn: `${service.name}-rule`,
        name: 'one serves',
        type: 'ATLEAST',
        threshold: 1,
        assertedControls: Object.values(controlsOf(service)),
      })),
    });
    const cluster = arcCluster({
      endpoints: at,
      clientOf: arcClient,
      clock: { now: Date.now },
      random: Math.random,
      wait,
    });
    const evacuation: EvacuationRun = {
      id: 'bench',
      holder: 'arn:bench',
      region: home,
      direction: 'leave',
      by: 'bench',
      reason: 'a benchmark',
      force: false,
      rehearse: false,
      atOnce: 10,
    };
    const ports = {
      clock: { now: Date.now },
      wait: (ms: number) => wait(ms),
      log: { warn: (message: string, facts: object) => process.stderr.write(`${message} ${JSON.stringify(facts)}\n`) },
      ledger: ledgerIn(),
      levers: (service: Service) => arcLever({ cluster, service, controls: controlsOf(service), wait }),
    } as unknown as EvacuationPorts;
    await ports.ledger.change('*', { kind: 'begin-evacuation', ...evacuation });
    const toSwitch = services.map((service) => {
      const to = regionNames(service).find((name) => name !== home) as Region;
      return { service: service.name, to, prior: homeWeights(service) };
    });
    const begunAt = performance.now();
    const { switched } = await switchControls(
      { evacuation, toSwitch, evidenceAt: Date.now(), rest: [] },
      ports,
      failover,
    );
    if (switched.length !== count) throw new Error(`${switched.length} of ${count} services were switched`);
    return {
      endpoints,
      controls: 2 * switched.length,
      calls,
      throttled: calls - writtenAt.length,
      writtenMs: (writtenAt.at(-1) ?? 0) - (writtenAt[0] ?? 0),
      doneMs: performance.now() - begunAt,
    };
  } finally {
    await aws.close();
  }
}

function fleetOf(endpoints: ArcLeverConfig['endpoints']) {
  const failover: Failover = parseFailover(example);
  const payments = failover.services.find(({ lever }) => lever.kind === 'arc');
  if (payments === undefined) throw new Error('the example has no ARC now');
  const [home] = regionNames(payments);
  if (home === undefined) throw new Error('the example has no region');
  const services = Array.from({ length: count }, (_, index): Service => {
    const name = `service-${String(index).padStart(3, '0')}`;
    const controls = Object.fromEntries(
      regionNames(payments).map((at) => [
        at,
        `arn:aws:route53-recovery-control::1:controlpanel/p/routingcontrol/${name}-${at}`,
      ]),
    );
    return { ...payments, name, hooks: [], lever: { kind: 'arc', endpoints, controls } as ArcLeverConfig };
  });
  return { failover: { ...failover, services }, services, home };
}

const controlsOf = ({ lever }: Service): ArcLeverConfig['controls'] => (lever.kind === 'arc' ? lever.controls : {});

function ledgerIn(): Ledger {
  const records = new Map<string, LedgerRecord>();
  const entries = new Map<string, Entry>();
  const recordOf = (name: string) => records.get(name) ?? freshRecord(name);
  const ledger: Partial<Ledger> = {
    read: async (name) => wait(callMs, recordOf(name)),
    async change(name, command) {
      await wait(callMs);
      const outcome = applyLedger(recordOf(name), command, Date.now());
      records.set(name, outcome.record);
      return outcome;
    },
    async append(entry) {
      await wait(callMs);
      const isThere = entries.has(entry.id);
      entries.set(entry.id, entry);
      return isThere ? 'there' : 'appended';
    },
    find: async (_, __, id) => wait(callMs, entries.get(id) ?? null),
  };
  return ledger as Ledger;
}
