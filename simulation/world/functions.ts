import type { Failover } from '../../core/service.ts';
import type { StepName } from '../../deployment/names.ts';
import type { Ports } from '../../handlers/ports.ts';
import { admit } from '../../handlers/steps/admit.ts';
import { announce } from '../../handlers/steps/announce.ts';
import { approve } from '../../handlers/steps/approve.ts';
import { conclude } from '../../handlers/steps/conclude.ts';
import { decide } from '../../handlers/steps/decide.ts';
import { prepare } from '../../handlers/steps/prepare.ts';
import { rollback } from '../../handlers/steps/rollback.ts';
import { settle } from '../../handlers/steps/settle.ts';
import { shift } from '../../handlers/steps/shift.ts';
import { verify } from '../../handlers/steps/verify.ts';
import { weigh } from '../../handlers/steps/weigh.ts';

/** A step as its Lambda function is: the ports are bound, errors leave under their own names. */
export type StepFunction = (payload: unknown, ports: Ports, failover: Failover) => Promise<object>;

/**
 * The very steps that ship, given what the machine sends as it is: the schemas of the payloads change nothing in it, and to parse took
 * an eighth of a story. test/simulation/payloads.test.ts plays stories with them.
 */
export const stepFunctions = Object.fromEntries(
  Object.entries({
    admit,
    assess: weigh,
    decide,
    approve,
    announce,
    prepare,
    shift,
    verify,
    rollback,
    conclude,
    settle,
  }).map(([name, step]) => [name, step as StepFunction]),
) as Readonly<Record<StepName, StepFunction>>;
