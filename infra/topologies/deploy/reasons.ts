/** Why findings are accepted that concern what an application is, and not how it is moved. */
export const openReason =
  'The reference application is public, as its document has it: authentication is the owner’s to choose.';

export const wafReason =
  'A web ACL costs by the month and by request, and its rules are the owner’s; what strangers may cost is bounded by throttling or reserved concurrency.';
