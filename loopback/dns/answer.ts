import type { Question, SoaData, StringAnswer, TxtAnswer } from 'dns-packet';
import { choose } from './choose.ts';
import { canonicalName, isWithin, type RecordSet, type Zone } from './record.ts';

/** https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1 */
export const rcode = { noError: 0, formErr: 1, nameError: 3, notImplemented: 4, refused: 5 } as const;

export type Resource = StringAnswer | TxtAnswer | { name: string; type: 'SOA'; ttl: number; data: SoaData };

export interface Said {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly Resource[];
  readonly authorities: readonly Resource[];
}

export interface Knowledge {
  readonly zones: readonly Zone[];
  readonly isHealthy: (healthCheckId: string) => boolean;
  /** TTLs are divided by it, and never get below a second. */
  readonly tempo: number;
}

/** How long "there is no such thing" may be remembered. */
const negativeTtlSeconds = 60;

/** What an authoritative server says to one question. Names outside its zones are refused, as it resolves for nobody. */
export function answer(question: Question, { zones, isHealthy, tempo }: Knowledge): Said {
  const asked = canonicalName(question.name);
  const zone = zones
    .filter(({ name }) => isWithin(asked, canonicalName(name)))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (zone === undefined) return { rcode: rcode.refused, authoritative: false, answers: [], authorities: [] };
  if (question.class !== undefined && question.class !== 'IN') return nothing(rcode.refused, zone, tempo);
  if ((question.type as string) === 'ANY') return nothing(rcode.notImplemented, zone, tempo);

  const apex = asked === canonicalName(zone.name);
  if (apex && question.type === 'SOA') return found([startOfAuthority(zone, tempo)]);
  if (apex && question.type === 'NS') {
    return found([{ name: question.name, type: 'NS', ttl: scaled(172_800, tempo), data: nameServer(zone) }]);
  }

  const answers: Resource[] = [];
  // The name is given back as it was written: some resolvers vary the case and check it.
  let name = question.name;
  const seen = new Set<string>();
  while (!seen.has(canonicalName(name))) {
    seen.add(canonicalName(name));
    const sets = zone.records.filter((set) => canonicalName(set.name) === canonicalName(name));
    const wanted = sets.filter((set) => set.type === question.type);
    if (wanted.length > 0) {
      return found([...answers, ...choose(wanted, isHealthy).flatMap((set) => resources(set, name, tempo))]);
    }
    const [alias] = choose(
      sets.filter((set) => set.type === 'CNAME'),
      isHealthy,
    );
    const target = alias?.values[0];
    if (alias === undefined || target === undefined) break;
    answers.push(...resources(alias, name, tempo));
    if (!isWithin(canonicalName(target), canonicalName(zone.name))) return found(answers);
    name = target;
  }
  // A name that has other types, or other names below it, does exist.
  const exists = apex || zone.records.some((set) => isWithin(canonicalName(set.name), canonicalName(name)));
  return { ...nothing(exists ? rcode.noError : rcode.nameError, zone, tempo), answers };
}

const found = (answers: readonly Resource[]): Said => ({
  rcode: rcode.noError,
  authoritative: true,
  answers,
  authorities: [],
});

const nothing = (code: number, zone: Zone, tempo: number): Said => ({
  rcode: code,
  authoritative: true,
  answers: [],
  authorities: [startOfAuthority(zone, tempo)],
});

function resources(set: RecordSet, name: string, tempo: number): Resource[] {
  const ttl = scaled(set.ttlSeconds, tempo);
  return set.values.map((data) => ({ name, type: set.type, ttl, data }) as Resource);
}

function startOfAuthority(zone: Zone, tempo: number): Resource {
  const ttl = scaled(negativeTtlSeconds, tempo);
  const name = canonicalName(zone.name);
  const data = { mname: nameServer(zone), rname: `hostmaster.${name}`, serial: 1, refresh: 7200, retry: 900 };
  return { name, type: 'SOA', ttl, data: { ...data, expire: 1_209_600, minimum: ttl } };
}

const nameServer = (zone: Zone) => `ns-1.${canonicalName(zone.name)}`;

const scaled = (seconds: number, tempo: number) => Math.max(1, Math.round(seconds / tempo));
