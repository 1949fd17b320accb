import type * as z from 'zod';
import type { StepName } from '../../config/names.ts';
import type { Failover } from '../../core/service.ts';
import { MalformedPayload } from '../../handlers/errors.ts';
import { complaint } from '../../handlers/parse/complaint.ts';
import {
  admitPayload,
  announcePayload,
  approvePayload,
  assessPayload,
  concludePayload,
  decidePayload,
  preparePayload,
  rollbackPayload,
  shiftPayload,
  verifyPayload,
} from '../../handlers/parse/payload.ts';
import type { Ports } from '../../handlers/ports.ts';
import { admit } from '../../handlers/steps/admit.ts';
import { announce } from '../../handlers/steps/announce.ts';
import { approve } from '../../handlers/steps/approve.ts';
import { assess } from '../../handlers/steps/assess.ts';
import { conclude } from '../../handlers/steps/conclude.ts';
import { decide } from '../../handlers/steps/decide.ts';
import { prepare } from '../../handlers/steps/prepare.ts';
import { rollback } from '../../handlers/steps/rollback.ts';
import { shift } from '../../handlers/steps/shift.ts';
import { verify } from '../../handlers/steps/verify.ts';

/** A step as its Lambda function is: the payload is parsed, the ports are bound, errors leave under their own names. */
export type StepFunction = (payload: unknown, ports: Ports, failover: Failover) => Promise<object>;

/** The very schemas and steps that ship. */
export const stepFunctions: Readonly<Record<StepName, StepFunction>> = {
  admit: stepOf('admit', admitPayload, admit),
  assess: stepOf('assess', assessPayload, assess),
  decide: stepOf('decide', decidePayload, decide),
  approve: stepOf('approve', approvePayload, approve),
  announce: stepOf('announce', announcePayload, announce),
  prepare: stepOf('prepare', preparePayload, prepare),
  shift: stepOf('shift', shiftPayload, shift),
  verify: stepOf('verify', verifyPayload, verify),
  rollback: stepOf('rollback', rollbackPayload, rollback),
  conclude: stepOf('conclude', concludePayload, conclude),
};

function stepOf<Input>(
  step: StepName,
  schema: z.ZodType<Input>,
  run: (input: Input, ports: Ports, failover: Failover) => Promise<object>,
): StepFunction {
  return async (payload, ports, failover) => {
    const parsed = schema.safeParse(payload);
    if (!parsed.success) throw new MalformedPayload(`payload of ${step}: ${complaint(parsed.error)}`);
    return run(parsed.data, ports, failover);
  };
}
