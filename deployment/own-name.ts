/*
 * Part of the CloudFront Function, which is why it stands alone: see ../handlers/edge/viewer-request.ts for what that forbids.
 */

/** In keys, the host of the distribution's own name, which nobody knows before it is made. No host that a viewer can ask for. */
export const OWN_NAME = '*';
