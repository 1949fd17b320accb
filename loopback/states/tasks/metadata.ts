/** What the optimised integrations add to a result: the answer's HTTP headers, twice, as the service has them. */
export function sdkMetadata(body: string, { requestId, now, headers = {} }: Answered): object {
  const all: Record<string, string> = {
    ...headers,
    Connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(body)),
    'Content-Type': 'application/json',
    Date: new Date(now).toUTCString(),
    'x-amzn-RequestId': requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
      HttpHeaders: all,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}

export interface Answered {
  readonly requestId: string;
  readonly now: number;
  readonly headers?: Readonly<Record<string, string>>;
}
