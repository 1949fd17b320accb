#!/usr/bin/env bash
# One would expect: a client that is given `endpoint: 'http://127.0.0.1:PORT'` sends its requests there, or that the variable by which AWS's
# command line is told not to put anything before the host, AWS_DISABLE_HOST_PREFIX_INJECTION, tells the SDK for JavaScript too.
# What happens: TestState goes to `sync-127.0.0.1`, which is no name, and the variable changes nothing; every other operation of the same
# client arrives. Only `disableHostPrefix: true` in the client's configuration helps.
# Why it matters: whoever tests state machines against an emulator finds ENOTFOUND in one call alone, and a variable that works for the
# command line beside it and not for the program.
source "$(dirname "$0")/lib.sh"
install @aws-sdk/client-sfn@3.1162.0
cat > run.mjs <<'JS'
import { createServer } from 'node:http';
import { ListStateMachinesCommand, SFNClient, TestStateCommand } from '@aws-sdk/client-sfn';
const server = createServer((_, response) => response.end('{"stateMachines":[],"status":"SUCCEEDED"}'));
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const endpoint = `http://127.0.0.1:${server.address().port}`;
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
async function said(command, more = {}) {
  const client = new SFNClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, ...more });
  return client.send(command).then(() => 'arrived', ({ code, hostname }) => `${code} ${hostname}`);
}
const definition = JSON.stringify({ Type: 'Pass', End: true });
console.log('ListStateMachines:', await said(new ListStateMachinesCommand({})));
console.log('TestState:', await said(new TestStateCommand({ definition })));
console.log('TestState, disableHostPrefix:', await said(new TestStateCommand({ definition }), { disableHostPrefix: true }));
server.close();
JS
echo "client-sfn 3.1162.0, AWS_DISABLE_HOST_PREFIX_INJECTION=true"
seen "ListStateMachines: arrived
TestState: ENOTFOUND sync-127.0.0.1
TestState, disableHostPrefix: arrived" "$(AWS_DISABLE_HOST_PREFIX_INJECTION=true node run.mjs 2>/dev/null)"
