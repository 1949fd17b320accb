import { useEffect, useState } from 'preact/hooks';

export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The address says which service is shown: `#/orders`. */
export function useService(): string {
  const read = () => decodeURIComponent(location.hash.replace(/^#\/?/, ''));
  const [service, setService] = useState(read());
  useEffect(() => {
    const changed = () => setService(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return service;
}
