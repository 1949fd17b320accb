/**
 * The part of CloudFront Functions' helper module that Understudy uses, as the documentation describes it.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/helper-functions-origin-modification.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 *
 * `originIds` holds objects, as the documentation's example has it; its prose calls them strings.
 */
declare module 'cloudfront' {
  export interface KeyValueStore {
    /** Rejects where the key is missing. */
    get(key: string, options?: { format: 'string' }): Promise<string>;
    exists(key: string): Promise<boolean>;
    meta(): Promise<{ creationDateTime: string; lastUpdatedDateTime: string; keyCount: number }>;
  }

  export interface OriginOverrides {
    hostHeader?: string;
    sni?: string;
    allowedCertificateNames?: readonly string[];
  }

  export interface OriginGroupRequest {
    /** Exactly two: the primary and the one that reads fail over to. Both must exist in the distribution. */
    originIds: readonly { originId: string; originOverrides?: OriginOverrides }[];
    failoverCriteria: { statusCodes: readonly number[] };
    selectionCriteria?: 'default' | 'media-quality-score';
  }

  export interface OriginUpdate {
    domainName?: string;
    hostHeader?: string;
    originPath?: string;
    customHeaders?: Readonly<Record<string, string>>;
    connectionAttempts?: number;
    timeouts?: {
      readTimeout?: number;
      responseCompletionTimeout?: number;
      keepAliveTimeout?: number;
      connectionTimeout?: number;
    };
    customOriginConfig?: { port: number; protocol: 'http' | 'https'; sslProtocols: readonly string[] };
  }

  const cf: {
    /** Throws where no store is associated with the function. */
    kvs(id?: string): KeyValueStore;
    selectRequestOriginById(originId: string, overrides?: OriginOverrides): void;
    createRequestOriginGroup(group: OriginGroupRequest): void;
    updateRequestOrigin(origin: OriginUpdate): void;
  };
  export default cf;

  export interface HeaderValue {
    value: string;
    multiValue?: { value: string }[];
  }

  export interface ViewerRequest {
    method: string;
    uri: string;
    querystring: Record<string, HeaderValue>;
    /** Lower-case names. */
    headers: Record<string, HeaderValue>;
    cookies: Record<string, HeaderValue & { attributes?: string }>;
  }

  /** Returned instead of the request: CloudFront answers with it, and asks neither cache nor origin. */
  export interface ViewerResponse {
    statusCode: number;
    statusDescription?: string;
    headers?: Record<string, HeaderValue>;
    body?: { encoding: 'text' | 'base64'; data: string };
  }

  export interface ViewerRequestEvent {
    version: string;
    context: { distributionDomainName: string; distributionId: string; eventType: string; requestId: string };
    viewer: { ip: string };
    request: ViewerRequest;
  }
}
