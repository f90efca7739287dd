/** Random numbers that are the same for the same seed, so that a demo can be repeated. */
export class DemoRandom {
  constructor(private state: number) {}

  /** From 0 (inclusive) to 1 (exclusive), by the generator mulberry32. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `count - 1`. */
  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)] as T;
  }

  /** A whole number whose average is the given one. */
  around(average: number): number {
    return Math.floor(average * (0.7 + 0.6 * this.next()) + this.next());
  }
}
