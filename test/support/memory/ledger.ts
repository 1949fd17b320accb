import type { Entry } from '../../../core/entry.ts';
import { applyLedger } from '../../../core/ledger.ts';
import type { LedgerCommand, LedgerOutcome } from '../../../core/ledger-command.ts';
import { freshRecord, type LedgerRecord } from '../../../core/record.ts';
import type { Clock, Ledger, PendingApproval } from '../../../handlers/ports.ts';

/** A ledger with the conditions of the real one: a record is written only as long as it is still the one that was read. */
export class MemoryLedger implements Ledger {
  readonly #clock: Clock;
  readonly #gap: () => Promise<void>;
  readonly #records = new Map<string, LedgerRecord>();
  readonly #entries = new Map<string, Entry>();
  readonly #approvals = new Map<string, PendingApproval>();

  /** `gap` passes between a read and its write, and a rival may come in between. */
  constructor(clock: Clock, gap: () => Promise<void> = async () => {}) {
    this.#clock = clock;
    this.#gap = gap;
  }

  async read(service: string): Promise<LedgerRecord> {
    const record = this.#records.get(service) ?? freshRecord(service);
    this.#records.set(service, record);
    return record;
  }

  async change(
    service: string,
    command: LedgerCommand,
    known?: LedgerRecord,
    _version?: string,
  ): Promise<LedgerOutcome> {
    for (let first = known; ; first = undefined) {
      const record = first ?? (await this.read(service));
      const outcome = applyLedger(record, command, this.#clock.now());
      if (outcome.record === record) return outcome;
      await this.#gap();
      // Records are never changed in place, so the same object is the same version.
      if (this.#records.get(service) !== record) continue;
      this.#records.set(service, outcome.record);
      return outcome;
    }
  }

  /** The record itself is its version. */
  versionOf(): null {
    return null;
  }

  async append(entry: Entry): Promise<'appended' | 'there'> {
    const key = keyOf(entry.service, entry.incident, entry.id);
    // Kept as JSON would keep it, so that nobody relies on what a database drops.
    if (this.#entries.has(key)) return 'there';
    this.#entries.set(key, JSON.parse(JSON.stringify(entry)));
    return 'appended';
  }

  async entries(service: string, incident?: string | null): Promise<readonly Entry[]> {
    return [...this.#entries.values()]
      .filter((entry) => entry.service === service && (incident === undefined || entry.incident === incident))
      .sort((a, b) => a.at - b.at);
  }

  async find(service: string, incident: string | null, id: string): Promise<Entry | null> {
    return this.#entries.get(keyOf(service, incident, id)) ?? null;
  }

  async keepApproval(approval: PendingApproval): Promise<void> {
    this.#approvals.set(keyOf(approval.service, approval.incident, ''), approval);
  }

  async pendingApproval(service: string, incident: string): Promise<PendingApproval | null> {
    return this.#approvals.get(keyOf(service, incident, '')) ?? null;
  }
}

const keyOf = (service: string, incident: string | null, id: string) => JSON.stringify([service, incident, id]);
