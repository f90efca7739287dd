import { Injectable } from '@nestjs/common';

/** The source of the current time, which tests replace. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
