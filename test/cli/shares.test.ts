import { expect, test } from 'vitest';
import { sharesFrom } from '../../cli/backtest/shares.ts';
import { UsageError } from '../../cli/command.ts';
import { home, orders, standby } from '../support/world.ts';

test('percent of each region become weights, a region that is not named has none', () => {
  expect(sharesFrom('us-east-1=50, us-west-2=50', orders)).toEqual({ [home]: 500, [standby]: 500 });
  expect(sharesFrom('us-west-2=100', orders)).toEqual({ [home]: 0, [standby]: 1000 });
});

test.each([
  ['a region that is not one of the service', 'eu-west-1=100', 'us-east-1=100,us-west-2=0'],
  ['a region twice', 'us-east-1=50,us-east-1=50', 'each once'],
  ['no number', 'us-east-1=half', 'percent'],
  ['less than nothing', 'us-east-1=110,us-west-2=-10', 'percent'],
  ['nothing', '', 'percent'],
  ['a sum that is not the whole', 'us-east-1=50,us-west-2=40', 'add up to 90 %'],
])('refuses %s, and says what to write', (_, text, says) => {
  expect(() => sharesFrom(text, orders)).toThrow(UsageError);
  expect(() => sharesFrom(text, orders)).toThrow(says);
});
