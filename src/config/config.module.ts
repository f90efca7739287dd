import { type DynamicModule, Module } from '@nestjs/common';
import { Configuration } from './configuration.js';

/** Provides the configuration to every module. */
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
