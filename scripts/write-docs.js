// Generates the table of settings in docs/settings.md, .env.example and docs/osf-role.sql: `npm run docs`.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { formatEnvExample, formatSettingsTable } from '../dist/config/describe-settings.js';
import { describeOsfRole } from '../dist/reporters/osf/describe-role.js';

const [begin, end] = ['<!-- settings -->', '<!-- /settings -->'];
const document = readFileSync('docs/settings.md', 'utf8');
const [before, rest] = document.split(begin);
const [, after] = rest.split(end);
writeFileSync('docs/settings.md', `${before}${begin}\n\n${formatSettingsTable()}\n\n${end}${after}`);
writeFileSync('.env.example', formatEnvExample());
writeFileSync('docs/osf-role.sql', describeOsfRole());
