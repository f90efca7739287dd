import { readFileSync } from 'node:fs';
import { formatEnvExample, formatSettingsTable } from '../../src/config/describe-settings.js';
import { describeOsfRole } from '../../src/reporters/osf/describe-role.js';

describe('generated documents (update them with `npm run docs`)', () => {
  it('docs/settings.md and .env.example list the current settings', () => {
    expect(readFileSync('docs/settings.md', 'utf8')).toContain(formatSettingsTable());
    expect(readFileSync('.env.example', 'utf8')).toBe(formatEnvExample());
  });

  it('docs/osf-role.sql grants the columns that the service reads', () => {
    expect(readFileSync('docs/osf-role.sql', 'utf8')).toBe(describeOsfRole());
  });
});
