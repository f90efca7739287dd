import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { Configuration } from './configuration.js';
import { settingsOf } from './setting.js';

/** One line for each setting that is wrong. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @throws ConfigurationError naming every variable that is wrong */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const settings = settingsOf(Configuration.prototype);
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

function reasonsOf({ constraints = {}, children = [] }: ValidationError): string[] {
  const ofChildren = children.flatMap((child) => {
    const place = /^\d+$/.test(child.property) ? `entry ${Number(child.property) + 1}: ` : '';
    return reasonsOf(child).map((reason) => `${place}${reason}`);
  });
  return [...Object.values(constraints), ...ofChildren];
}
