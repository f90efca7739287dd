import { SingleBar, Presets } from 'cli-progress';

/** Shows how far something is: a moving count or bar on a terminal, nothing elsewhere. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private done = 0;

  /** @param total when it is known */
  constructor(unit: string, total?: number) {
    if (!process.stderr.isTTY) return;
    const format = total === undefined ? `{value} ${unit} {note}` : `{bar} {value}/{total} ${unit} {note}`;
    this.bar = new SingleBar({ format, hideCursor: true, stream: process.stderr }, Presets.shades_classic);
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
