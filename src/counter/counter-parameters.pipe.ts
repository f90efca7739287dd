import { Injectable, type PipeTransform } from '@nestjs/common';
import { Configuration } from '../config/configuration.js';
import { CounterParameters } from './counter-parameters.js';

/** Reads the query parameters of the COUNTER API, which has its own rules and errors for them. */
@Injectable()
export class CounterParametersPipe implements PipeTransform<unknown, CounterParameters> {
  constructor(private readonly configuration: Configuration) {}

  transform(query: unknown): CounterParameters {
    return new CounterParameters(query, this.configuration.counterPlatformName);
  }
}
