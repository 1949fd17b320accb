/**
 * The address of a health probe: the regional endpoint's or the front door's base URL with `HealthyAnswer.path` appended,
 * whichever of them brings the slash. The query begins at the first `?` and may hold others. The base has none.
 * https://www.rfc-editor.org/rfc/rfc3986#section-3.4
 */
export function probeUrl(base: string, path: string): string {
  const url = new URL(base);
  const [pathname = '', ...query] = path.split('?');
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${pathname.replace(/^\/+/, '')}`;
  url.search = query.join('?');
  return url.href;
}
