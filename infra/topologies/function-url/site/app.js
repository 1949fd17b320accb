const show = async (response) => {
  document.querySelector('#answer').textContent = `${response.status} ${await response.text()}`;
};

/** The origin checks a signature that covers the body, and only the sender can say what the body hashes to. */
const sha256 = async (text) => {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
};

document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = JSON.stringify(Object.fromEntries(new FormData(event.target)));
  const headers = { 'content-type': 'application/json', 'x-amz-content-sha256': await sha256(body) };
  await show(await fetch('/api/items', { method: 'POST', headers, body }));
});

await show(await fetch('/api/hello'));
