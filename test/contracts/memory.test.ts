import { MemoryAlarms } from '../support/memory/alarms.ts';
import { MemoryCards } from '../support/memory/cards.ts';
import { ManualClock } from '../support/memory/clock.ts';
import { ScriptedHooks } from '../support/memory/hooks.ts';
import { MemoryLedger } from '../support/memory/ledger.ts';
import { MemoryLever, switched, weighted } from '../support/memory/lever.ts';
import { RecordingNotifier } from '../support/memory/notifier.ts';
import { MemoryStarter } from '../support/memory/starter.ts';
import { ScriptedVantages } from '../support/memory/vantages.ts';
import { cardsContract } from './cards.contract.ts';
import { ledgerContract } from './ledger.contract.ts';
import { home, leverContract } from './lever.contract.ts';
import { notifierContract, starterContract } from './notifier.contract.ts';
import { alarmsContract, hooksContract, vantagesContract } from './observers.contract.ts';

// The doubles that steps are tested with keep the promises that the steps rely on.
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

ledgerContract('memory', async (clock) => new MemoryLedger(clock));
ledgerContract('memory, with room for rivals', async (clock) => new MemoryLedger(clock, turn));

cardsContract('memory', async () => new MemoryCards());
cardsContract('memory, with room for rivals', async () => new MemoryCards(turn));

leverContract('memory, with weights', weighted, async () => {
  const lever = new MemoryLever(home, weighted);
  return { lever, rival: lever };
});
leverContract('memory, on and off', switched, async () => {
  const lever = new MemoryLever(home, switched);
  return { lever, rival: lever };
});

vantagesContract('script', async (see) => {
  const clock = new ManualClock(1_000);
  return new ScriptedVantages(
    ({ observer, aim }) => see(observer, aim.url),
    clock,
    async () => {},
  );
});

alarmsContract('memory', async (readings) => {
  const alarms = new MemoryAlarms();
  alarms.readings.set('orders', readings);
  return alarms;
});

hooksContract('script', async (answer) => {
  const hooks = new ScriptedHooks();
  hooks.answer = async (_, question) => answer(question);
  return hooks;
});

notifierContract('memory', async () => {
  const notifier = new RecordingNotifier('memory');
  return {
    notifier,
    received: () =>
      notifier.sent.map(({ subject, lines, facts }) =>
        [subject, ...lines, ...facts.flatMap(({ name, value }) => [name, value])].join('\n'),
      ),
    breakDown() {
      notifier.obstacle = async () => {
        throw new Error('down');
      };
    },
  };
});

starterContract('memory', async () => {
  const starter = new MemoryStarter();
  return { starter, started: () => [...starter.started].map(([name, input]) => ({ name, input })) };
});
