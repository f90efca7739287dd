import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { Configuration } from './configuration.js';
import { listSettings } from './setting.js';

/** The service cannot start with its configuration. Each problem is one line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @throws ConfigurationError with one problem for each invalid variable, in the form `<variable>: <what it must be>` */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const settings = listSettings(Configuration.prototype);
  const texts = settings.map(({ property, variable, defaultValue }) => {
    return [property, environment[variable]?.trim() || defaultValue];
  });
  const configuration = plainToInstance(Configuration, Object.fromEntries(texts));
  const errors = validateSync(configuration);
  if (errors.length === 0) return configuration;
  throw new ConfigurationError(
    errors.map((error) => {
      const variable = settings.find(({ property }) => property === error.property)?.variable ?? error.property;
      return `${variable}: ${reasonsOf(error).join('; ')}`;
    }),
  );
}

function reasonsOf({ property, constraints = {}, children = [] }: ValidationError): string[] {
  // Messages of class-validator begin with the property, but the problem already names the variable.
  const own = Object.values(constraints).map((reason) => reason.replace(`${property} `, ''));
  const nested = children.flatMap((child) => {
    const place = /^\d+$/.test(child.property) ? `entry ${Number(child.property) + 1}: ` : '';
    return reasonsOf(child).map((reason) => `${place}${reason}`);
  });
  return [...own, ...nested];
}
