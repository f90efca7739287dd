import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { Configuration } from './configuration.js';
import { listSettings, type SettingDeclaration } from './setting.js';

const MAX_SHOWN_CHARACTERS = 100;

/** The service cannot start with its configuration. Each problem is one line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/**
 * @throws ConfigurationError with one problem for each invalid variable, in the form `<variable>=<value>: <what it must be>`
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const settings = listSettings(Configuration.prototype).map((setting) => {
    return { ...setting, text: environment[setting.variable]?.trim() || setting.defaultValue };
  });
  const texts = Object.fromEntries(settings.map(({ property, text }) => [property, text]));
  const configuration = plainToInstance(Configuration, texts);
  const errors = new Map(validateSync(configuration).map((error) => [error.property, error]));
  if (errors.size === 0) return configuration;
  throw new ConfigurationError(
    settings.flatMap((setting) => {
      const error = errors.get(setting.property);
      return error ? [`${describeValue(setting)}: ${reasonsOf(error).join('; ')}`] : [];
    }),
  );
}

/** The variable and its value on one line; the variable alone if the value may contain a secret. */
function describeValue({ variable, isSecret, text }: SettingDeclaration & { text: string }): string {
  // Before `@`, a URL may contain a password.
  if (isSecret || text.includes('@')) return variable;
  const shown = text.slice(0, MAX_SHOWN_CHARACTERS).replaceAll(/\p{Cc}/gu, ' ');
  return `${variable}=${shown}${text.length > MAX_SHOWN_CHARACTERS ? '…' : ''}`;
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
