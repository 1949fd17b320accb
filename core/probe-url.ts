/**
 * The address of a health probe: the regional endpoint's or the front door's base URL with `HealthyAnswer.path` appended,
 * whichever of them brings the slash. A query of the base is dropped.
 */
export function probeUrl(base: string, path: string): string {
  const url = new URL(base);
  const [pathname = '', query = ''] = path.split('?', 2);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${pathname.replace(/^\/+/, '')}`;
  url.search = query;
  return url.href;
}
