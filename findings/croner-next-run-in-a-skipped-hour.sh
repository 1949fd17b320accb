#!/usr/bin/env bash
# One would expect: what nextRun answers matches the pattern, and an hour that the clock leaves out in spring is treated alike whether it is
# named by a pattern or by a date.
# What happens: for 02:30 in a night in which the clock goes from 02:00 to 03:00, nextRun of the pattern answers 03:00, which match() of the same
# object denies; the same time given as a date is 03:30.
# Why it matters: EventBridge Scheduler leaves such a moment out. Whoever plays its schedules with this library begins a drill that AWS would
# not, unless each answer is asked to match. https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
source "$(dirname "$0")/lib.sh"
install croner@11.0.1
cat > run.mjs <<'JS'
import { Cron } from 'croner';
const timezone = 'Europe/Berlin';
const say = (what, cron) => {
  const next = cron.nextRun(new Date('2027-03-27T12:00:00Z'));
  console.log(`${what}: ${next.toLocaleString('sv', { timeZone: timezone })}, match: ${cron.match(next)}`);
};
say('each day at 02:30', new Cron('0 30 2 * * *', { timezone }));
say('once', new Cron('2027-03-28T02:30:00', { timezone }));
JS
echo "croner 11.0.1"
seen "each day at 02:30: 2027-03-28 03:00:00, match: false
once: 2027-03-28 03:30:00, match: true" "$(node run.mjs 2>&1)"
