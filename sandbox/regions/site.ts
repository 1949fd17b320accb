/** Where a region has the bucket with the static site of a service. */
export const sitePath = (service: string): string => `/${service}.site`;
