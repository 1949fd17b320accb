#!/usr/bin/env bash
# One would expect: `import 'jiti/register'` adds TypeScript to what Node can import, and leaves packages as they are.
# What happens: @aws-sdk/core, and with it every client of the AWS SDK for JavaScript v3, can no longer be imported from an ES module
# (ERR_REQUIRE_ASYNC_MODULE on Node 24, ERR_VM_MODULE_LINK_FAILURE on Node 20). createJiti(…).import(file) has no such effect.
# Why it matters: it is the documented way to run a configuration in TypeScript on Node before 22.18, and a tool that then calls AWS does not start.
source "$(dirname "$0")/lib.sh"
install jiti@2.7.0 @aws-sdk/core@3.981.0
echo 'export default { name: "orders" as string };' > configuration.ts
cat > try.mjs <<'JS'
const outcome = (promise) => promise.then(() => 'imported', ({ code }) => (/^ERR_(REQUIRE_ASYNC_MODULE|VM_MODULE_LINK_FAILURE)$/.test(code) ? 'not imported' : code));
if (process.argv[2] === 'register') await import('jiti/register');
if (process.argv[2] === 'createJiti') await (await import('jiti')).createJiti(import.meta.url).import('./configuration.ts');
console.log(process.argv[2], await outcome(import('@aws-sdk/core/httpAuthSchemes')));
JS
echo "jiti 2.7.0, @aws-sdk/core 3.981.0"
seen "$(printf 'nothing imported\ncreateJiti imported\nregister not imported')" "$(for way in nothing createJiti register; do node try.mjs $way 2>/dev/null; done)"
