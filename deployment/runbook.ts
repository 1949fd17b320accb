import type { Failover } from '../core/service.ts';

/** What an alarm says of itself: the fact, and where to read what to do. `article` is an anchor of docs/runbook.md. */
export const describedBy = ({ runbookUrl }: Pick<Failover, 'runbookUrl'>, fact: string, article: string): string =>
  `${fact}. Runbook: ${runbookUrl}#${article}`;
