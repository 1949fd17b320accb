const redrawMs = 125;

/** What a terminal has, now; some say 0 where they do not know. */
export const terminalSize = () => ({ width: process.stdout.columns || 80, height: (process.stdout.rows || 24) - 1 });

/** Draws over itself; leaves the last picture standing and gives the cursor back. */
export function openScreen(draw: () => string[]): { close(): void } {
  let drawn = 0;
  const paint = () => {
    const lines = draw();
    const up = drawn > 0 ? `\x1b[${drawn}A\r` : '';
    process.stdout.write(`${up}${lines.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[J`);
    drawn = lines.length;
  };
  // A terminal that changes its width wraps what stands there: nobody knows any more how many lines are to be drawn over.
  const clear = () => {
    process.stdout.write('\x1b[2J\x1b[H');
    drawn = 0;
    paint();
  };
  process.stdout.write('\x1b[?25l');
  process.stdout.on('resize', clear);
  const timer = setInterval(paint, redrawMs);
  return {
    close() {
      clearInterval(timer);
      process.stdout.off('resize', clear);
      paint();
      process.stdout.write('\x1b[?25h');
    },
  };
}
