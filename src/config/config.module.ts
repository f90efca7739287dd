import { type DynamicModule, Module } from '@nestjs/common';
import { Configuration } from './configuration.js';

/** Gives every module the configuration that the app was started with. */
@Module({})
export class ConfigModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Configuration, useValue: configuration }],
      exports: [Configuration],
    };
  }
}
