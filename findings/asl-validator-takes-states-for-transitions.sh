#!/usr/bin/env bash
# One would expect: a state may have any name of up to 80 characters, so that a machine with a state called Next or Default is as valid as with
# one called Then. https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
# What happens: the validator looks for transitions by the name of a member wherever it stands, the list of states included. The state itself
# is taken for a name that leads nowhere: MISSING_TRANSITION_TARGET.
# Why it matters: a gate by this validator refuses a machine that is right, and the error names no state.
source "$(dirname "$0")/lib.sh"
install asl-validator@4.0.0
cat > run.mjs <<'JS'
import validate from 'asl-validator';
for (const name of ['Then', 'Next', 'Default']) {
  const States = { First: { Type: 'Pass', Next: name }, [name]: { Type: 'Succeed' } };
  const { isValid, errors } = validate({ StartAt: 'First', States });
  console.log(`${name}: ${isValid ? 'valid' : errors.map((error) => error['Error code']).join()}`);
}
JS
echo "asl-validator 4.0.0"
seen "Then: valid
Next: MISSING_TRANSITION_TARGET
Default: MISSING_TRANSITION_TARGET" "$(node run.mjs 2>/dev/null)"
