import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from './clock.js';

/** Gives every module the clock that the app was started with. */
@Module({})
export class TimeModule {
  static forRoot(clock: Clock): DynamicModule {
    return { module: TimeModule, global: true, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}
