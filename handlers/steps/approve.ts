import { peopleNeeded } from '../../core/consent.ts';
import type { Delivery } from '../../core/entry.ts';
import type { Evidence } from '../../core/evidence.ts';
import type { Incident } from '../../core/incident.ts';
import { approvalRequest } from '../../core/messages.ts';
import { questionFacts } from '../../core/question-facts.ts';
import type { Failover } from '../../core/service.ts';
import { follow } from '../../core/trouble.ts';
import type { Move } from '../../core/verdict.ts';
import { Fenced, MalformedPayload } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { deliver, measureLost } from './deliver.ts';
import { rememberTelling } from './remember.ts';
import { sentence } from './sentence.ts';
import { serviceOf } from './service-of.ts';

export interface ApproveInput {
  readonly incident: Incident;
  readonly verdict: Move;
  /** Whoever holds it decides: it is kept in the ledger and stands in no message and no log. */
  readonly taskToken: string;
}

/**
 * Asks people, and returns: the machine waits, not this. The lease is kept until after the deadline, so that no other
 * run takes over while somebody makes up their mind. Throws `Fenced` where one already has.
 */
export async function approve(
  { incident, verdict, taskToken }: ApproveInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'notifiers' | 'metrics'>,
  failover: Failover,
): Promise<{ deliveries: readonly Delivery[] }> {
  const service = serviceOf(failover, incident.service);
  if (verdict.approval === null) throw new MalformedPayload(`${incident.id} needs nobody's approval`);
  const { deadlineMs } = verdict.approval;
  const people = peopleNeeded(verdict.approval);
  const now = ports.clock.now();
  const deadline = now + deadlineMs;
  const { from, to } = verdict.plan;
  // Before the record says that somebody is asked: whoever reads it there finds the token.
  await ports.ledger.keepApproval({ service: service.name, incident: incident.id, taskToken, deadline });
  const asked = await ports.ledger.change(service.name, {
    kind: 'ask',
    holder: incident.holder,
    epoch: incident.epoch,
    leaseMs: service.policy.leaseMs + deadlineMs,
    question: {
      incident: incident.id,
      from,
      to,
      askedAt: now,
      deadline,
      onDeadline: verdict.approval.onDeadline,
      ...(people > 1 && { people }),
    },
  });
  if (asked.kind === 'refused') throw new Fenced(`${incident.id} must stop: ${asked.because}`);

  const sight = { kind: 'news', what: 'asked', region: from } as const;
  const { news: trouble } = follow(asked.record.trouble, sight, incident.id, now, failover.notify);
  // Whoever has heard as much as is promised is asked no more where the policy moves without an answer.
  const audience = trouble === null && verdict.approval.onDeadline === 'proceed' ? 'record' : 'people';
  const evidence = await evidenceOf(incident, ports);
  const facts = questionFacts({ plan: verdict.plan, evidence, record: asked.record }, now);
  const message = approvalRequest(incident, verdict, deadline, now, { audience, trouble }, facts);
  const deliveries = await deliver(message, ports.notifiers, ports.wait, patience);
  measureLost(service.name, deliveries, ports.metrics);
  try {
    await ports.ledger.append({
      // A run may ask twice, about two ways.
      id: `${incident.id}/approval-asked/${verdict.plan.from}/${verdict.plan.to}`,
      service: service.name,
      incident: incident.id,
      at: now,
      text: message.subject,
      what: { kind: 'announced', deliveries, audience },
    });
  } catch (error) {
    // People were asked; a retry of the whole step would ask them again, and void the answer to the first question.
    ports.log.warn('question not recorded', { incident: incident.id, because: sentence(error) });
  }
  const isTold = deliveries.some(({ delivered }) => delivered);
  const sighted = { kind: 'sighted', incident: incident.id, sight, rules: failover.notify, at: now, isTold } as const;
  await rememberTelling(ports, service.name, sighted);
  return { deliveries };
}

/** What the verdict was made from. A question without it is better than none. */
async function evidenceOf(
  { service, id }: Incident,
  { ledger, log }: Pick<Ports, 'ledger' | 'log'>,
): Promise<Evidence | null> {
  try {
    const decided = (await ledger.entries(service, id)).findLast(
      ({ what }) => what.kind === 'decided' && what.verdict.kind === 'move',
    );
    return decided?.what.kind === 'decided' ? decided.what.evidence : null;
  } catch (error) {
    log.warn('people are asked without the evidence', { incident: id, because: sentence(error) });
    return null;
  }
}

const patience = { attempts: 3, timeoutMs: 5_000, backoffMs: 500 };
