import type { HookQuestion } from '../../../core/hook.ts';
import { home, standby } from '../../support/world.ts';

export const question = (change: Partial<HookQuestion> = {}): HookQuestion => ({
  service: 'orders',
  hook: 'ready',
  when: 'prepare',
  incident: 'orders#7',
  epoch: 7,
  token: 'orders#7',
  from: home,
  to: standby,
  mode: 'automatic',
  ...change,
});
