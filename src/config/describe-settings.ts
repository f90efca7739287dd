import { Configuration } from './configuration.js';
import { listSettings } from './setting.js';

/** Formats the settings as a Markdown table for docs/settings.md. */
export function formatSettingsTable(): string {
  const rows = listSettings(Configuration.prototype).map(
    ({ variable, description, defaultValue }) =>
      `| \`${variable}\` | ${description} | ${defaultValue === '' ? '' : `\`${defaultValue}\``} |`,
  );
  return ['| Variable | Meaning | Default |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Formats the settings as `.env.example`: every variable with its default, commented out. */
export function formatEnvExample(): string {
  return listSettings(Configuration.prototype)
    .map(({ variable, description, defaultValue }) => `# ${description}\n# ${variable}=${defaultValue}\n`)
    .join('\n');
}
