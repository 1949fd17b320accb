/**
 * The person behind an identity, as far as it proves one: two identities with the same answer count as one person. Letters alone: Slack's
 * name for somebody and that of IAM Identity Center are the same person where they are the same text.
 *
 * - IAM Identity Center names a session after its user, whatever the role: that user.
 * - Whoever assumes another role names the session, and the AWS CLI takes a new name each time: all sessions of a role are one person.
 * - An IAM user, the root user and a name from the configuration are themselves.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
export function personOf(identity: string): string {
  const user = ssoUser(identity);
  const role = sessionOf(identity)?.role;
  return (user ?? role ?? identity).trim().toLowerCase();
}

const ssoUser = (identity: string): string | null => {
  const session = sessionOf(identity);
  return session?.name.startsWith('AWSReservedSSO_') ? session.user : null;
};

function sessionOf(identity: string): { role: string; name: string; user: string } | null {
  const [, role = '', name = '', user = ''] =
    /^(arn:[a-z-]+:sts::\d{12}:assumed-role\/([^/]+))\/(.+)$/.exec(identity.trim()) ?? [];
  return role === '' ? null : { role, name, user };
}

/** As people are named beside one another, where a whole ARN would hide the name. */
export const nameOf = (identity: string): string => ssoUser(identity) ?? identity;

/** What stands for an identity that nobody vouches for: AWS did not say who asked, and the name on a laptop proves nothing. */
export const unproven = (name: string): string => `${unprovenMark}${name})`;

export const isProven = (identity: string): boolean => !identity.startsWith(unprovenMark);

const unprovenMark = 'unknown (';
