import { Injectable } from '@nestjs/common';

/** The source of the current time, which tests replace. */
@Injectable()
export class Clock {
  now(): Date {
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
