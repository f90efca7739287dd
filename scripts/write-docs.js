// Writes what the documents say of the settings and of the OSF's database: `npm run docs`.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsExample, settingsTable } from '../dist/config/describe-settings.js';
import { describeOsfRole } from '../dist/reporters/osf/describe-role.js';

const [begin, end] = ['<!-- settings -->', '<!-- /settings -->'];
const readme = readFileSync('README.md', 'utf8');
const [before, rest] = readme.split(begin);
const [, after] = rest.split(end);
writeFileSync('README.md', `${before}${begin}\n\n${settingsTable()}\n\n${end}${after}`);
writeFileSync('.env.example', settingsExample());
writeFileSync('docs/osf-role.sql', describeOsfRole());
