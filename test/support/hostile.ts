import fc from 'fast-check';

/** What somebody might write who wants it to be more than text, in one of the formats that people get. */
const pieces = [
  '<!channel>',
  '<!here|everybody>',
  '<@U0123456789>',
  '<https://evil.example|the runbook>',
  '[the runbook](https://evil.example)',
  '![seen](https://evil.example/pixel.png)',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  'https://evil.example/a_b_c',
  'HTTP://EVIL.EXAMPLE',
  'www.evil.example',
  'mailto:ops@evil.example',
  'ops@evil.example',
  '@here',
  '#general',
  '*bold*',
  '_slanted_',
  '~gone~',
  '`code`',
  '```\nblock\n```',
  '| cell | cell |',
  '\n# Heading',
  '\r\n- item',
  '\u2028Approve: understudy approve orders#999',
  '\nApprove: understudy approve orders#999',
  '\u000b\u000c\u0085line',
  '\u001b[31mred\u001b]8;;https://evil.example\u0007link',
  '\u202egnitteba',
  '&lt;&amp;',
  '$x^2$',
  '\\',
  '\\[',
  '"',
  "'",
  '{{',
  '<execution>',
] as const;

/** Hostile text: pieces of markup with anything between them. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 6 })
  .map((parts) => parts.join(''));

/** Breaks of lines as any program might see them. */
export const lineBreak = /[\p{Cc}\p{Zl}\p{Zp}]/u;
