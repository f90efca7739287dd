import { Presets, SingleBar } from 'cli-progress';

/** Shows how far something is: a moving count or bar on a terminal, nothing elsewhere. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private done = 0;

  /** @param total when it is known */
  constructor(unit: string, total?: number) {
    if (!process.stderr.isTTY) return;
    const format = total === undefined ? `{value} ${unit} {note}` : `{bar} {value}/{total} ${unit} {note}`;
    // The terminal's cursor and its wrapping of lines are left alone: who is interrupted cannot put them back.
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
