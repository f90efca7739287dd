/** Lets so many in at a time; others wait, in the order in which they came, for as long as it takes. */
export class WaitingLine {
  private readonly waiting: (() => void)[] = [];

  constructor(private places: number) {}

  async enter(): Promise<void> {
    if (this.places > 0) this.places -= 1;
    else await new Promise<void>((enter) => this.waiting.push(enter));
  }

  leave(): void {
    const enter = this.waiting.shift();
    if (enter) enter();
    else this.places += 1;
  }
}
