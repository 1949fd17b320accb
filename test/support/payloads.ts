/* The schema of every step of the state machine. */
export { admitPayload } from '../../handlers/steps/admit.payload.ts';
export { announcePayload } from '../../handlers/steps/announce.payload.ts';
export { approvePayload } from '../../handlers/steps/approve.payload.ts';
export { assessPayload } from '../../handlers/steps/assess.payload.ts';
export { concludePayload } from '../../handlers/steps/conclude.payload.ts';
export { decidePayload } from '../../handlers/steps/decide.payload.ts';
export { preparePayload } from '../../handlers/steps/prepare.payload.ts';
export { rollbackPayload } from '../../handlers/steps/rollback.payload.ts';
export { settlePayload } from '../../handlers/steps/settle.payload.ts';
export { shiftPayload } from '../../handlers/steps/shift.payload.ts';
export { verifyPayload } from '../../handlers/steps/verify.payload.ts';
