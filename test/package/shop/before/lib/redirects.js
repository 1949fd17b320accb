// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it.
function handler(event) {
  var request = event.request;
  if (request.uri === '/cart') {
    return { statusCode: 301, statusDescription: 'Moved', headers: { location: { value: '/basket/' } } };
  }
  return request;
}
