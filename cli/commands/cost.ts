import type { Failover } from '../../core/service.ts';
import { assumed, type CostItem, canaryCost, monthlyCost, totalOf } from '../../deployment/cost.ts';
import { type Price, prices, pricesOf } from '../../deployment/prices.ts';
import type { Command } from '../command.ts';
import { writtenFailover } from '../configuration.ts';
import { exitCodes } from '../exit-codes.ts';
import { number } from '../number.ts';

export const cost: Command = {
  name: 'cost',
  operands: '',
  summary: 'what a deployment of the configuration costs a month, item by item; asks nobody',
  options: {
    requests: { value: 'N', help: 'viewer requests a month, to services that move by KeyValueStore (default: 0)' },
    runs: { value: 'N', help: 'runs of the machine a month (default: 10)' },
  },
  example: 'understudy cost --requests 100000000',
  async run(invocation) {
    const failover = await writtenFailover(invocation);
    const usage = {
      requests: number(invocation, 'requests', { least: 0, most: 1e13, otherwise: 0, whole: true }),
      runs: number(invocation, 'runs', { least: 0, most: 1e7, otherwise: 10, whole: true }),
    };
    const items = monthlyCost(failover, usage);
    if (invocation.values['json'] === true) {
      const priced = items.map(({ price, ...line }) => {
        const { usd: unitUsd, ...source } = prices[price];
        return { ...line, price, unitUsd, ...source };
      });
      const canariesPerServiceUsd = canaryCost(failover);
      const totalUsd = totalOf(items);
      invocation.out(JSON.stringify({ ...pricesOf, usage, assumed, items: priced, totalUsd, canariesPerServiceUsd }));
    } else for (const line of [...table(items), advice(failover)]) invocation.out(line);
    return exitCodes.done;
  },
};

/** The dearest first, a column each for the item, what there is of it, its price and the sum. */
function table(items: readonly CostItem[]): string[] {
  const rows = items
    .toSorted((a, b) => b.usd - a.usd)
    .map(({ item, price, quantity, usd }) => [
      item,
      `${amount(quantity)} × ${unitPrice(prices[price])}`,
      `$${usd.toFixed(2)}`,
    ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [first = 0, second = 0] = widths;
  const line = ([what = '', how = '', sum = '']: readonly string[]) =>
    `${what.padEnd(first)}  ${how.padEnd(second)}  ${sum.padStart(10)}`;
  const doubtful = Object.values<Price>(Object.fromEntries(items.map(({ price }) => [price, prices[price]])));
  return [
    ...rows.map(line),
    line(['a month', '', `$${totalOf(items).toFixed(2)}`]),
    '',
    `Prices of ${pricesOf.region}, ${pricesOf.asOf}, free tiers not counted; each has its page in --json.`,
    `Assumed: ${Object.entries(assumed)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}.`,
    ...doubtful.flatMap(({ hearsay, per, usd }) => (hearsay === undefined ? [] : [`$${usd} per ${per}: ${hearsay}.`])),
  ];
}

/** What canaries cost a service now and otherwise, and what to do about it. */
function advice(failover: Failover): string {
  const { own, shared } = canaryCost(failover);
  const said = `Canaries, a service: $${own.toFixed(2)} with canaries of its own, $${shared.toFixed(2)} with shared ones`;
  if (failover.sharedCanaries) return `${said}, as configured.`;
  const saved = ((own - shared) * failover.services.length).toFixed(2);
  return `${said}. \`sharedCanaries: true\` saves $${saved} a month, and sees as soon (docs/cost.md).`;
}

const amount = (quantity: number) => Math.round(quantity).toLocaleString('en-US');

/** Small prices by the million, as AWS's pages have them. */
function unitPrice({ usd, per }: Price): string {
  const [factor, many] = usd < 0.001 ? [1e6, 'million '] : [1, ''];
  return `$${Number((usd * factor).toPrecision(3))} per ${many}${per}`;
}
