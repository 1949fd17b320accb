import { setImmediate as turn } from 'node:timers/promises';

/** Resolves when it is this effect's turn to reach the world. */
export type Gate = (actor: string, effect: string) => Promise<void>;

/** The order of one play, a line an effect: `B UpdateKeys`. */
export type Order = readonly string[];

/**
 * Plays the same story once for every order in which the effects of its actors can reach the world, and returns how many
 * orders there were. An actor waits at a gate before each effect; whenever all of them wait, every choice of who goes next
 * is tried. `play` must be the same every time but for that: no clock, no randomness, no network of its own.
 *
 * An error says the order that led to it; `replay` plays that one alone.
 */
export async function everyInterleaving(
  play: (gate: Gate, order: Order) => Promise<void>,
  ordersMax = 50_000,
): Promise<number> {
  let path: Choice[] | null = [];
  let count = 0;
  while (path !== null) {
    if (++count > ordersMax) throw new Error(`more than ${ordersMax} orders: the story is too long to try all`);
    path = next(await playOnce(play, path));
  }
  return count;
}

interface Choice {
  readonly taken: number;
  /** How many actors waited. */
  readonly of: number;
}

async function playOnce(play: (gate: Gate, order: Order) => Promise<void>, prefix: readonly Choice[]) {
  const waiting: { readonly name: string; readonly go: () => void }[] = [];
  const order: string[] = [];
  const choices: Choice[] = [];
  const gate: Gate = (actor, effect) =>
    new Promise((resolve) => void waiting.push({ name: `${actor} ${effect}`, go: resolve }));
  let over = false;
  const story = play(gate, order);
  const finish = () => {
    over = true;
  };
  story.then(finish, finish);
  try {
    for (await settled(); !over || waiting.length > 0; await settled()) {
      if (waiting.length === 0) throw new Error('the story waits for something that is no effect');
      // By name, so that the choice does not depend on who happened to come first.
      waiting.sort((a, b) => (a.name < b.name ? -1 : 1));
      const taken = prefix[choices.length]?.taken ?? 0;
      choices.push({ taken, of: waiting.length });
      const [chosen] = waiting.splice(taken, 1);
      order.push(chosen?.name ?? '');
      chosen?.go();
    }
    await story;
  } catch (cause) {
    throw new Error(`in the order ${order.join(', ')}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return choices;
}

/** The next path of a depth-first search; null after the last. */
function next(choices: readonly Choice[]): Choice[] | null {
  const last = choices.findLastIndex(({ taken, of }) => taken + 1 < of);
  const choice = choices[last];
  if (choice === undefined) return null;
  return [...choices.slice(0, last), { taken: choice.taken + 1, of: choice.of }];
}

/** A turn of the event loop comes after every promise that can settle by itself. */
const settled = () => turn();
