import { FILE_BYTES_MAX } from './edge-function.ts';

/** What somebody's function calls, and may not declare. */
export const steerName = 'steer';

/**
 * A viewer-request function of somebody's with `steer(event)` in it: what Understudy's own function would do with a request, and return.
 * `theirs` is of cloudfront-js-2.0, `ours` is Understudy's function with its table. Their names and ours do not meet, but for this one.
 * Throws one error with every fault, and where CloudFront would refuse the length.
 */
export function combinedFunction(theirs: string, ours: string): string {
  const faults = faultsOf(theirs);
  if (faults.length > 0) throw new Error(`viewer-request function:\n  ${faults.join('\n  ')}`);
  const [, helper] = cloudfrontImport.exec(theirs) ?? [];
  const code = [
    ...(helper === undefined ? [`import cf from 'cloudfront';`] : []),
    theirs.trimEnd(),
    `const ${steerName}=(function(cf){`,
    ours.replace(cloudfrontImport, '').trim(),
    `return handler})(${helper ?? 'cf'});`,
    '',
  ].join('\n');
  const bytes = Buffer.byteLength(code);
  if (bytes > FILE_BYTES_MAX) {
    throw new Error(
      `viewer-request function: it is ${bytes} bytes long with ${steerName}(), ${Buffer.byteLength(theirs)} of them its own, and CloudFront takes ${FILE_BYTES_MAX}: minify it`,
    );
  }
  return code;
}

const cloudfrontImport = /^[ \t]*import\s+([\w$]+)\s+from\s+(?:"cloudfront"|'cloudfront')[ \t]*;?[ \t]*\n?/m;

function faultsOf(theirs: string): string[] {
  // Lines that are nothing but a comment say nothing of the code.
  const code = theirs.replaceAll(/^[ \t]*(?:\/\/|\*|\/\*).*$/gm, '');
  const declares = (name: string, indented = '') =>
    new RegExp(`^${indented}(?:async\\s+)?(?:function|var|let|const)\\s+${name}\\b`, 'm').test(code);
  const faults: string[] = [];
  // Some indent a whole file.
  if (!declares('handler', '[ \\t]*')) faults.push('has no function handler, which CloudFront would call');
  if (declares(steerName))
    faults.push(`declares ${steerName}, which is the name of what Understudy adds; call yours otherwise`);
  else if (!new RegExp(`\\b${steerName}\\s*\\(`).test(code)) {
    faults.push(`never calls ${steerName}(event): return what it returns, from an async handler`);
  }
  if (!cloudfrontImport.test(code) && declares('cf')) {
    faults.push(
      "declares cf, which is CloudFront's helper module for Understudy; call yours otherwise, or import cf from 'cloudfront'",
    );
  }
  for (const [call] of code.matchAll(awaitAsArgument)) {
    faults.push(
      `has ${call}…), which CloudFront's engine refuses when it loads the file: await it in a statement of its own`,
    );
  }
  return faults;
}

/** `f(await x)`, but not `if (await x)`. See `handlers/edge/viewer-request.ts`. */
const awaitAsArgument = /\b(?!(?:if|while|switch|return|await|for)\b)[\w$]+\((?:[^()]*,)?\s*await\b/g;
