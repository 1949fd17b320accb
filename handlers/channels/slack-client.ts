import { WebClient } from '@slack/web-api';

/**
 * Slack's own client, bounded in the one way in which it can be: without these it waits for an answer for ever, tries again for half an
 * hour, and lets a 429 hold up every later call. Tried again by whoever knows how long people may be waited for.
 */
export const slackClient = (token: string, slackApiUrl: string, timeoutMs: number): WebClient =>
  new WebClient(token, {
    slackApiUrl,
    allowAbsoluteUrls: false,
    timeout: timeoutMs,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });

/** What is to be said of a failure says whoever sends. */
const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error' as never,
};
