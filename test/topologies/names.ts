/** Every topology: the fault cases run against all of them. */
export const topologyNames = [
  'origin-group',
  'keyvaluestore',
  'function-url',
  'arc-rest-apis',
  'failover-records',
] as const;

export type TopologyName = (typeof topologyNames)[number];
