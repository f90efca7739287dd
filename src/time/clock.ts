import { Injectable } from '@nestjs/common';

/** Where every part of the service takes the time from; tests put a clock of their own in its place. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
