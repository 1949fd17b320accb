import { checkEntries, type Entry, invalid, limits } from './routing-update.ts';
import { type ControlState, conflict, coveredBy, type SafetyRule, satisfies } from './safety-rule.ts';
import { AwsError, type AwsService, type Call } from './service.ts';

export type { ControlState, SafetyRule };

/** Where the cluster's five endpoints stand, in their order. */
export const arcRegions = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'] as const;

export interface RoutingControl {
  readonly arn: string;
  readonly name: string;
  readonly controlPanelArn: string;
  readonly controlPanelName: string;
  readonly initial: ControlState;
}

export interface ControlChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly states: Readonly<Record<string, ControlState>>;
}

/** ARC's routing control data plane; health checks follow it by `subscribe`. */
export interface RoutingControlCluster extends AwsService {
  createCluster(cluster: {
    readonly controls: readonly RoutingControl[];
    readonly safetyRules?: readonly SafetyRule[];
  }): void;
  /** A control or a safety rule; one that is not there is removed without a word. */
  remove(arn: string): void;
  state(arn: string): ControlState;
  /** Told once per accepted transaction, with the controls that changed. Returns what ends the subscription. */
  subscribe(listener: (change: ControlChange) => void): () => void;
}

export function createRoutingControlCluster({
  endpointIsUp = () => true,
  defaultWaitPeriodMs = 5000,
  now = Date.now,
}: {
  /** Whether an endpoint, 0 to 4, counts for the quorum now. */
  readonly endpointIsUp?: (endpoint: number) => boolean;
  readonly defaultWaitPeriodMs?: number;
  readonly now?: () => number;
} = {}): RoutingControlCluster {
  const controls = new Map<string, { readonly control: RoutingControl; state: ControlState }>();
  const rules = new Map<string, { readonly rule: SafetyRule; changedAt: number }>();
  const mutations = Array.from({ length: limits.endpoints }, (): number[] => []);
  const listeners = new Set<(change: ControlChange) => void>();

  /** One transaction: every entry is accepted, or none. */
  function update(entries: readonly Entry[], overrides: readonly string[], { endpoint, account }: Call): void {
    throttle(endpoint);
    checkEntries(entries);
    for (const { RoutingControlArn } of entries) find(RoutingControlArn);
    const overridden = overrides.map((arn) => {
      if (!rules.has(arn)) throw invalid(`There is no safety rule ${arn}.`, 'SafetyRulesToOverride');
      return arn;
    });
    checkQuorum();
    const wanted = new Map(
      entries.map(({ RoutingControlArn, RoutingControlState }) => [RoutingControlArn, RoutingControlState]),
    );
    const broken = [...rules.values()].find((held) => !overridden.includes(held.rule.arn) && breaks(held, wanted));
    if (broken !== undefined) throw conflict(broken.rule, account);
    apply(wanted);
  }

  function breaks(
    { rule, changedAt }: { rule: SafetyRule; changedAt: number },
    wanted: ReadonlyMap<string, ControlState>,
  ) {
    if (!coveredBy(rule).some((arn) => wanted.has(arn))) return false;
    // During the evaluation period any request for the rule's controls fails, one that changes nothing too.
    if (now() - changedAt < (rule.waitPeriodMs ?? defaultWaitPeriodMs)) return true;
    const counted =
      rule.kind === 'assertion'
        ? rule.assertedControls.map((arn) => wanted.get(arn) ?? find(arn).state)
        : rule.gatingControls.map((arn) => find(arn).state);
    return !satisfies(rule, counted);
  }

  function apply(wanted: ReadonlyMap<string, ControlState>): void {
    const at = now();
    const states: Record<string, ControlState> = {};
    for (const [arn, state] of wanted) {
      const held = find(arn);
      if (held.state === state) continue;
      held.state = state;
      states[arn] = state;
    }
    if (Object.keys(states).length === 0) return;
    for (const held of rules.values()) {
      if (coveredBy(held.rule).some((arn) => states[arn] !== undefined)) held.changedAt = at;
    }
    for (const listener of listeners) listener({ at, states });
  }

  function throttle(endpoint: number): void {
    const at = now();
    const recent = (mutations[endpoint] ?? []).filter((time) => at - time < 1000);
    if (recent.length >= limits.mutationsPerSecond) {
      throw new AwsError('ThrottlingException', 'Rate exceeded', { status: 429 });
    }
    mutations[endpoint] = [...recent, at];
  }

  function checkQuorum(): void {
    const up = Array.from({ length: limits.endpoints }, (_, index) => index).filter(endpointIsUp).length;
    if (up >= limits.quorum) return;
    throw new AwsError(
      'EndpointTemporarilyUnavailableException',
      `The cluster has no quorum: ${up} of ${limits.endpoints} endpoints are up. Retry.`,
      { status: 503 },
    );
  }

  function find(arn: string) {
    const held = controls.get(arn);
    if (held !== undefined) return held;
    throw new AwsError('ResourceNotFoundException', `There is no routing control ${arn}.`, {
      status: 404,
      members: { resourceId: arn, resourceType: 'ROUTING_CONTROL' },
    });
  }

  return {
    id: 'arc',
    createCluster({ controls: added, safetyRules = [] }) {
      for (const control of added) controls.set(control.arn, { control, state: control.initial });
      for (const rule of safetyRules) {
        const named =
          rule.kind === 'assertion' ? rule.assertedControls : [...rule.gatingControls, ...rule.targetControls];
        for (const arn of named) find(arn);
        rules.set(rule.arn, { rule, changedAt: Number.NEGATIVE_INFINITY });
      }
    },
    remove(arn) {
      controls.delete(arn);
      rules.delete(arn);
    },
    state: (arn) => find(arn).state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    operations: {
      async GetRoutingControlState({ RoutingControlArn }: { RoutingControlArn: string }) {
        const { control, state } = find(RoutingControlArn);
        return { RoutingControlArn, RoutingControlName: control.name, RoutingControlState: state };
      },

      async ListRoutingControls({ ControlPanelArn, MaxResults = 500, NextToken }: ListInput, { account }: Call) {
        if (!Number.isInteger(MaxResults) || MaxResults < 1)
          throw invalid('MaxResults must be at least 1.', 'MaxResults');
        const all = [...controls.values()].filter(
          ({ control }) => ControlPanelArn === undefined || control.controlPanelArn === ControlPanelArn,
        );
        if (ControlPanelArn !== undefined && all.length === 0) {
          throw new AwsError('ResourceNotFoundException', `There is no control panel ${ControlPanelArn}.`, {
            status: 404,
            members: { resourceId: ControlPanelArn, resourceType: 'CONTROL_PANEL' },
          });
        }
        const start = NextToken === undefined ? 0 : readToken(NextToken, all.length);
        const end = start + MaxResults;
        return {
          RoutingControls: all.slice(start, end).map(({ control, state }) => ({
            ControlPanelArn: control.controlPanelArn,
            ControlPanelName: control.controlPanelName,
            RoutingControlArn: control.arn,
            RoutingControlName: control.name,
            RoutingControlState: state,
            Owner: account,
          })),
          ...(end < all.length && { NextToken: Buffer.from(String(end)).toString('base64url') }),
        };
      },

      async UpdateRoutingControlState({ SafetyRulesToOverride = [], ...entry }: Entry & Overrides, call: Call) {
        update([entry], SafetyRulesToOverride, call);
        return {};
      },

      async UpdateRoutingControlStates(input: { UpdateRoutingControlStateEntries: Entry[] } & Overrides, call: Call) {
        update(input.UpdateRoutingControlStateEntries, input.SafetyRulesToOverride ?? [], call);
        return {};
      },
    },
  };
}

interface Overrides {
  readonly SafetyRulesToOverride?: readonly string[];
}

interface ListInput {
  readonly ControlPanelArn?: string;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

function readToken(token: string, count: number): number {
  const start = Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isInteger(start) || start < 0 || start > count) throw invalid('The NextToken is not valid.', 'NextToken');
  return start;
}
