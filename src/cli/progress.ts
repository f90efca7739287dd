import { Presets, SingleBar } from 'cli-progress';

/** Shows progress on a terminal, as a count or a bar. Shows nothing elsewhere. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private done = 0;

  /** @param total if it is known */
  constructor(unit: string, total?: number) {
    if (!process.stderr.isTTY) return;
    const format = total === undefined ? `{value} ${unit} {note}` : `{bar} {value}/{total} ${unit} {note}`;
    // Does not change the cursor or line wrapping: an interrupted command could not restore them.
    const options = { format, hideCursor: false, linewrap: true, stream: process.stderr };
    this.bar = new SingleBar(options, Presets.shades_classic);
    this.bar.start(total ?? 0, 0, { note: '' });
  }

  advance(count: number, note = ''): void {
    this.done += count;
    this.bar?.update(this.done, { note });
  }

  finish(): void {
    this.bar?.stop();
  }
}
