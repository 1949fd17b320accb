/** What an alarm says of itself: the fact, and the article that tells what to do. */
export const describedBy = (fact: string, article: string): string => `${fact}. Runbook: docs/runbook.md#${article}`;
