import { Injectable } from '@nestjs/common';

/** The source of the current time, which tests replace. */
@Injectable()
export class Clock {
  /** How far the shared clock of all instances is ahead of this machine's. A store that has a clock sets it. */
  correctionMilliseconds = 0;

  now(): Date {
    return new Date(this.machineTime().getTime() + this.correctionMilliseconds);
  }

  /** The time of this machine's own clock. */
  machineTime(): Date {
    return new Date();
  }

  /**
   * Milliseconds since an arbitrary instant. It never jumps, unlike `now` when the clock of the machine is set. Use it for
   * everything that ends or is repeated after a duration.
   */
  monotonicMilliseconds(): number {
    return performance.now();
  }
}
