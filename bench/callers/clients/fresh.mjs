// A connection for each request.
import http from 'node:http';

const [url] = process.argv.slice(2);
setInterval(() => {
  const request = http.get(url, { agent: false, timeout: 3_000 }, async (response) => {
    const body = (await response.toArray()).join('').trim();
    process.stdout.write(`${response.statusCode} ${body}\n`);
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => process.stdout.write('none\n'));
}, 1_000);
