/*
 * Where the code of a canary is in its asset, and what it is told: AWS and the sandbox run the same bundles.
 */

/** The folder in which the Synthetics runtime without a browser looks. */
const folder = 'nodejs/node_modules';

/**
 * The code of `canaryHandler`; the runtime requires it, so it is CommonJS.
 * https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryCodeInput.html
 */
export const canaryFile = `${folder}/index.js`;

export const canaryHandler = 'index.handler';

/** The variable that tells a canary what it looks at. */
export const toldVariable = 'UNDERSTUDY_CANARY';

/** The file that tells a canary the same, beside its code, where it is more than an environment takes. */
export const toldName = 'told.json';

/** The same file in the asset. */
export const toldFile = `${folder}/${toldName}`;

/**
 * How often a shared canary sends the next request: what is asked all at once waits for one processor, and looks slow. A request by TLS takes 3 ms of
 * a processor here, and perhaps 5 of the share of one that a canary has. Each target is looked at once a period all the same, so it is seen no later.
 */
export const askEveryMs = 20;

/** For saying what it saw, twice if need be. */
export const tellMs = 6_000;

/** What a shared canary says in the bus's own words, but for the source: nobody but AWS may be `aws.synthetics`. */
export const sharedSource = 'understudy.canary';

export const failureType = 'Synthetics Canary TestRun Failure';

/** Where a target's metric is, whether a canary of its own or a shared one looks at it. */
export const canaryNamespace = 'CloudWatchSynthetics';
