import { readFileSync } from 'node:fs';
import { settingsExample, settingsTable } from '../../src/config/describe-settings.js';
import { describeOsfRole } from '../../src/reporters/osf/describe-role.js';

describe('what the documents say', () => {
  it('of the settings is what the code says: run `npm run docs` when it is not', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(settingsTable());
    expect(readFileSync('.env.example', 'utf8')).toBe(settingsExample());
  });

  it("of the role in the OSF's database is what the code says: run `npm run docs` when it is not", () => {
    expect(readFileSync('docs/osf-role.sql', 'utf8')).toBe(describeOsfRole());
  });
});
