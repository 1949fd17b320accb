/** Of the version that serves. */
export const liveAlias = 'live';
