// Node's fetch, as everybody calls it.
const [url] = process.argv.slice(2);
setInterval(async () => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
    process.stdout.write(`${response.status} ${(await response.text()).trim()}\n`);
  } catch {
    process.stdout.write('none\n');
  }
}, 1_000);
