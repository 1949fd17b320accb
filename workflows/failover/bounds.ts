/*
 * How often each loop of the machine may turn. Handlers end their loops by the clock (`recheckAt: null`, `verifyUntil`);
 * these counts hold even where a handler's clock or answer is wrong, so that no run loops for ever or fills its history:
 * an execution fails at 25,000 events, beyond every Catch.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 *
 *   recheck  Assess 5 + Decided? 2 + WaitToRecheck 2                     =  9 events × 600     =  5,400
 *   look     Verify 5 + Verified? 2 + WaitToLook or Bake 2               =  9 events × 360 × 4 = 12,960
 *   reask    Shift 7 + Verify 7 + Reassess 5 + Redecide 5 + StillSo? 2   = 26 events × 3 × 4   =    312
 *   return WaitToReturn 2 + AdmitReturn 5 + Admitted? 2                   =  9 events × 8       =     72
 *   all else, four rounds                                                                      <    500
 *                                                                                                19,244
 *
 * which leaves 5,700 events for retries, 3 each.
 */

/** Looks at the evidence again after a hold. A look takes 5 s at the usual burst: about an hour. */
export const rechecksMax = 600;

/** Verifications in one round: at one every 2 s, nine minutes, and one a minute while three steps are watched for half an hour each. */
export const looksMax = 360;

/** Looks that could not be taken in one round, each with its retries: three are tried again, 2 min each at the worst. */
export const unseenMax = 4;

/** Times in one round that a ramp which was held up is asked about again. */
export const reasksMax = 3;

/** Fresh starts from Assess, where Shift found that the world had moved on. */
export const roundsMax = 3;

/** Questions to people: one, and a second where the evidence has come to ask for another way than the one approved. */
export const asksMax = 2;

/** Times that a drill asks to be led back: every 10 s for about as long as the reconciler takes to notice. */
export const returnsMax = 8;

/** Variables whose growth ends a loop: the lint wants one of them in the condition of every cycle. */
export const boundVariables = ['rechecks', 'looks', 'unseen', 'reasks', 'rounds', 'asks', 'step', 'returns'] as const;

/**
 * The last bound, for what no other one caught; the execution then ends as TIMED_OUT without a Conclude, and its lease
 * runs out. So it must be longer than any honest run:
 *
 *   rechecks: the dwell and recheck time of the policy, or 600 of 5 s      1.0 h
 *   2 approvals of an hour                                                 2.0 h
 *   hooks: one call for each way, a function's longest life               0.5 h
 *   hooks after it, and after a drill's return                            0.5 h
 *   ramp: 3 watches of 30 min, and 10 min of looks in each of 4 rounds     2.2 h
 *   every other task at its slowest with all its retries, in 4 rounds      1.0 h
 *   a drill that is held, whose return is one of the 4 rounds              1.0 h
 *                                                                          8.2 h
 */
export const runSecondsMax = 9 * 3600;
