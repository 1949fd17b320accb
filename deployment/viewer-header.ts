/**
 * The viewer's address as the edge function saw it, not as a viewer wrote it: part of a cache key, where an application
 * answers by it.
 */
export const viewerHeader = 'x-understudy-viewer';
