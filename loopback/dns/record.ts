/** A record set, with the members of Route 53's own that this one plays. */
export interface RecordSet {
  /** Fully qualified, with or without the dot at the end. */
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'CNAME' | 'TXT';
  readonly ttlSeconds: number;
  readonly values: readonly string[];
  /** Of two sets with the same name and type, which one is answered first. Neither: simple routing. */
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  /** A set without one is always healthy. */
  readonly healthCheckId?: string;
}

export interface Zone {
  readonly name: string;
  readonly records: readonly RecordSet[];
}

/** Names are compared without case, and the root's dot is optional. https://www.rfc-editor.org/rfc/rfc4343 */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}
