/*
 * Where an edge says what it believes. Part of the CloudFront Function: see stored-value.ts for what that forbids.
 */

/**
 * The name of the service follows. Below the path of the front door, because only there the function is sure to run; a path of
 * no application: https://www.rfc-editor.org/rfc/rfc8615
 */
export const BELIEF_PATH = '/.well-known/understudy/';
