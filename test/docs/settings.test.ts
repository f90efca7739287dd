import { readFileSync } from 'node:fs';
import { settingsExample, settingsTable } from '../../src/config/describe-settings.js';

describe('what the documents say of the settings', () => {
  it('is what the code says: run `npm run docs` when it is not', () => {
    expect(readFileSync('README.md', 'utf8')).toContain(settingsTable());
    expect(readFileSync('.env.example', 'utf8')).toBe(settingsExample());
  });
});
