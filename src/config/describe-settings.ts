import { Configuration } from './configuration.js';
import { settingsOf } from './setting.js';

/** The settings as a table, for README.md. */
export function settingsTable(): string {
  const rows = settingsOf(Configuration.prototype).map(
    ({ variable, description, defaultValue }) =>
      `| \`${variable}\` | ${description} | ${defaultValue === '' ? '' : `\`${defaultValue}\``} |`,
  );
  return ['| variable | meaning | default |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The settings as a file for the environment, each with its default. */
export function settingsExample(): string {
  return settingsOf(Configuration.prototype)
    .map(({ variable, description, defaultValue }) => `# ${description}\n# ${variable}=${defaultValue}\n`)
    .join('\n');
}
