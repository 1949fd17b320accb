/*
 * What opens a service's doors for probes. A configuration says where a secret lies and never what it is: whoever probes reads it in
 * its own region, right before it asks.
 */

/** What every probe of a service brings with it: reads, writes and journeys, at the regions and at the front door. */
export interface Access {
  /** By name: a value that is no secret, or where one lies. Beside what a probe sends of itself. */
  readonly headers: Readonly<Record<string, HeaderValue>>;
  /** For an API that asks callers for a certificate (mutual TLS). */
  readonly certificate?: ClientCertificate | undefined;
  /** For an API that asks for requests signed by IAM: probes sign with the roles of vantages, canaries and fast probes. */
  readonly sign?: Signing | undefined;
  /** For an API that asks for a bearer token: probes fetch one as a client of its own. */
  readonly token?: TokenRequest | undefined;
}

export type HeaderValue = string | HeaderParameter | HeaderSecret;

/** Where a secret lies: in Parameter Store or in Secrets Manager, under the same name in every observer's region. */
export type SecretPlace = InParameter | InSecret;

export interface InParameter {
  /** Name of an SSM parameter, a SecureString most likely. */
  readonly parameter: string;
}

export interface InSecret {
  /** Name of a secret in Secrets Manager, without the six characters that its ARN ends in. */
  readonly secret: string;
  /** Member of the secret where that is JSON; all of it otherwise. */
  readonly field?: string | undefined;
}

export interface HeaderParameter extends InParameter {
  /** Written before the value, like `Bearer ` with its blank. */
  readonly prefix?: string | undefined;
}

export interface HeaderSecret extends InSecret {
  /** Written before the value, like `Bearer ` with its blank. */
  readonly prefix?: string | undefined;
}

export interface ClientCertificate {
  /** The certificate and its chain, PEM. */
  readonly certificate: SecretPlace;
  /** Its private key, PEM, not encrypted. */
  readonly key: SecretPlace;
  /** The authority that signed the API's own certificate, PEM, where no public one did. */
  readonly authority?: SecretPlace | undefined;
}

export interface Signing {
  /** Of AWS, for which requests are signed. */
  readonly service: SigningService;
  /** ARNs that probes may call: of API methods, function URLs' functions or lattice services. */
  readonly resources: readonly string[];
}

export const signingServices = ['execute-api', 'lambda', 'vpc-lattice-svcs'] as const;

export type SigningService = (typeof signingServices)[number];

/** https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export interface TokenRequest {
  /** The token endpoint, complete. */
  readonly url: string;
  /** The client's id: no secret. */
  readonly clientId: string;
  /** The client's secret, sent by HTTP Basic authentication. */
  readonly clientSecret: SecretPlace;
  /** Scopes to ask for, separated by blanks. */
  readonly scope?: string | undefined;
}

/** Every place of a secret that probes read, each once, in a stable order. */
export function secretPlaces({ headers, certificate, token }: Access): readonly SecretPlace[] {
  const places = [
    ...Object.values(headers).filter((value) => typeof value !== 'string'),
    ...(certificate === undefined ? [] : [certificate.certificate, certificate.key]),
    ...(certificate?.authority === undefined ? [] : [certificate.authority]),
    ...(token === undefined ? [] : [token.clientSecret]),
  ].map(placeOf);
  return [...new Map(places.map((place) => [placeName(place), place])).values()];
}

/** The place alone, without what is written around the value. */
function placeOf(place: SecretPlace): SecretPlace {
  if ('parameter' in place) return { parameter: place.parameter };
  return place.field === undefined ? { secret: place.secret } : { secret: place.secret, field: place.field };
}

/** How a place is written for people; the value never is. */
export function placeName(place: SecretPlace): string {
  if ('parameter' in place) return `the parameter ${place.parameter}`;
  return `the secret ${place.secret}${place.field === undefined ? '' : `, member ${place.field}`}`;
}
