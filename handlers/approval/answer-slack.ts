import { createHash } from 'node:crypto';
import type { SlackAppConfig } from '../../core/channel.ts';
import { moreText, namesOf } from '../../core/consent.ts';
import type { PressOutcome } from '../../core/entry.ts';
import { pendingQuestion } from '../../core/record.ts';
import { isRouted } from '../../core/route.ts';
import type { Failover } from '../../core/service.ts';
import { isSame, serviceOf } from '../channels/slack-question.ts';
import type { Clock, Ledger, Log, Metrics } from '../ports.ts';
import { sentence } from '../steps/sentence.ts';
import { type Answered, type AnswerPorts, answerQuestion } from './answer-question.ts';
import { type Press, pressOf } from './slack-press.ts';
import { signersOf, slackRequest } from './slack-request.ts';

/** A channel from which people may answer, with what shows that an answer is its. */
export interface AnswerChannel {
  readonly config: SlackAppConfig;
  /** One, or two while one replaces the other. */
  readonly signingSecrets: () => Promise<readonly string[]>;
}

/** Where people see what became of their answer. */
export interface AnswerDesk {
  /** Seen by one person alone; the cards of the question are written anew beside it. Never rejects. */
  tell(channel: SlackAppConfig, press: Press, word: string, news: string | null): Promise<void>;
}

export interface AnswerSlackPorts {
  readonly channels: readonly AnswerChannel[];
  readonly failover: Failover;
  readonly ledger: Pick<Ledger, 'read' | 'change' | 'append' | 'entries' | 'find' | 'pendingApproval'>;
  readonly tell: AnswerPorts['tell'];
  readonly desk: AnswerDesk;
  readonly metrics: Pick<Metrics, 'record'>;
  readonly log: Log & { info(message: string, facts: Readonly<Record<string, unknown>>): void };
  readonly clock: Clock;
}

/** What the function answers: a status, and a word. */
export interface Said {
  readonly statusCode: number;
  readonly body: string;
}

/**
 * Takes what was pressed in Slack. Known is only what was verified: the signature over the bytes first, then workspace, channel, member
 * and question. What nobody signed leaves a line in the log and a count, because a stranger must not fill the ledger; what Slack signed
 * leaves an entry.
 */
export async function answerSlack(event: unknown, ports: AnswerSlackPorts): Promise<Said> {
  const request = slackRequest(event);
  if (request === null) return refused(400, 'malformed', ports);
  const known = await Promise.all(
    ports.channels.map(async ({ config, signingSecrets }) => ({ config, secrets: await signingSecrets() })),
  );
  const signers = signersOf(request, [...new Set(known.flatMap(({ secrets }) => secrets))], ports.clock.now());
  if (typeof signers === 'string') return refused(401, signers, ports);
  const press = pressOf(request.raw);
  if (press === null) return refused(400, 'no-answer', ports);
  const ours = known.filter(({ secrets }) => secrets.some((secret) => signers.includes(secret)));
  const inTeam = ours.filter(({ config: { teamId } }) => teamId === press.teamId && teamId === press.userTeamId);
  if (inTeam.length === 0) return refused(403, 'foreign-team', ports, press);
  const channel = inTeam.find(({ config: { channelId } }) => channelId === press.channelId)?.config;
  if (channel === undefined) return refused(403, 'foreign-channel', ports, press);
  const service = serviceOf(press.asked);
  if (!isOf(channel, service, ports.failover)) return refused(403, 'foreign-service', ports, press);

  // The same bytes are the same answer, whoever sends them again, and however often.
  const key = createHash('sha256').update(request.signature).digest('hex').slice(0, 32);
  const id = `${press.asked.incident}/pressed/${key}`;
  if ((await ports.ledger.find(service, press.asked.incident, id)) !== null) {
    return refused(request.isRetry ? 200 : 409, 'replayed', ports, press);
  }
  const person = channel.approvers.find(({ userId }) => userId === press.userId)?.person ?? null;
  const { became, word, news } = await answered(press, service, person, ports);
  await kept({ id, service, channel, press, person, became, word }, ports);
  await ports.desk.tell(channel, press, word, news);
  return isTaken.has(became) ? said(200, word) : refused(200, became, ports, press, word);
}

interface Outcome {
  readonly became: PressOutcome;
  /** For whoever pressed. */
  readonly word: string;
  /** For everybody who sees the card; null where nothing is new. */
  readonly news: string | null;
}

async function answered(
  { approved, asked }: Press,
  service: string,
  by: string | null,
  { ledger, clock, tell }: AnswerSlackPorts,
): Promise<Outcome> {
  const { incident } = asked;
  if (by === null) {
    const word = `You are not among those who may answer ${incident} from Slack. Nothing was changed.`;
    return { became: 'stranger', word, news: null };
  }
  const question = pendingQuestion(await ledger.read(service), clock.now());
  if (question === null || !isSame(asked, question)) {
    const word = `${incident} does not wait for this answer any more. Nothing was changed.`;
    return { became: 'not-asked', word, news: null };
  }
  const answer = { service, incident, approved, by, asked: question };
  return outcomeOf(await answerQuestion(answer, { ledger, now: () => clock.now(), tell }), approved, by, incident);
}

function outcomeOf(answer: Answered, approved: boolean, by: string, incident: string): Outcome {
  const verb = approved ? 'Approved' : 'Declined';
  switch (answer.kind) {
    case 'counted': {
      const text = `approved by ${namesOf(answer.given)}; ${moreText(answer.more)}`;
      return { became: 'counted', word: `${incident}: ${text}.`, news: `Approved by ${by}; ${moreText(answer.more)}` };
    }
    case 'taken':
      return { became: 'taken', word: `${incident}: ${verb.toLowerCase()}.`, news: `${verb} by ${answer.by}` };
    case 'already':
      return { became: 'not-asked', word: `${incident} was answered before. Nothing was changed.`, news: null };
    case 'unproven':
      return { became: 'stranger', word: `Nobody vouches for ${by}. Nothing was changed.`, news: null };
    default: {
      const earlier = answer.earlier === null ? '' : ` ${answer.earlier.text}.`;
      const word = `${incident} does not wait for an answer any more.${earlier} Nothing was changed.`;
      return { became: 'not-asked', word, news: null };
    }
  }
}

const isTaken: ReadonlySet<PressOutcome> = new Set(['counted', 'taken']);

/** Whether cards of the service stand in that channel. */
function isOf({ only = {} }: SlackAppConfig, service: string, { services }: Failover): boolean {
  const known = services.map(({ name }) => name);
  const about = { service, severity: 'critical', trouble: null, person: null } as const;
  return known.includes(service) && isRouted({ services: only.services }, about, known);
}

interface Kept extends Pick<Outcome, 'became' | 'word'> {
  readonly id: string;
  readonly service: string;
  readonly channel: SlackAppConfig;
  readonly press: Press;
  /** Null for one who is not among the approvers. */
  readonly person: string | null;
}

/** After the answer: where this is lost, the same answer changes nothing when it comes again. */
async function kept(
  { id, service, channel, press, person, became, word }: Kept,
  { ledger, clock, log }: AnswerSlackPorts,
) {
  const { approved, userId, asked } = press;
  const text = `${approved ? 'Approve' : 'Decline'} was pressed in ${channel.name} by ${person ?? userId}: ${word}`;
  const what = { kind: 'pressed', channel: channel.name, user: userId, person, approved, became } as const;
  await ledger
    .append({ id, service, incident: asked.incident, at: clock.now(), text, what })
    .catch((error: unknown) => log.warn('an answer was not written down', { id, because: sentence(error) }));
}

function refused(
  statusCode: number,
  because: string,
  { metrics, log, failover }: AnswerSlackPorts,
  press?: Press,
  word?: string,
): Said {
  const { incident } = press?.asked ?? {};
  metrics.record(press === undefined ? failover.name : serviceOf(press.asked), 'AnswerRefused', 1);
  log.warn('an answer was refused', {
    because,
    ...(press !== undefined && { incident, user: press.userId, team: press.teamId, channel: press.channelId }),
  });
  return said(statusCode, word ?? words[because] ?? because);
}

const words: Readonly<Record<string, string>> = {
  malformed: 'This takes what Slack sends, and nothing else.',
  stale: 'The request is more than five minutes off.',
  forged: 'The signature is not one of Slack for this app.',
  'no-answer': 'This is no answer to a question.',
  'foreign-team': 'Answers come from another workspace than the configuration names.',
  'foreign-channel': 'Answers come from another channel than the configuration names.',
  'foreign-service': 'No question about this service is asked in this channel.',
  replayed: 'This request was handled before. It changes nothing.',
};

const said = (statusCode: number, word: string): Said => ({ statusCode, body: JSON.stringify({ word }) });
