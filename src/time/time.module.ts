import { type DynamicModule, Module } from '@nestjs/common';
import { Clock } from './clock.js';

/** Provides the clock to all modules. */
@Module({})
export class TimeModule {
  static forRoot(clock: Clock): DynamicModule {
    return { module: TimeModule, global: true, providers: [{ provide: Clock, useValue: clock }], exports: [Clock] };
  }
}
