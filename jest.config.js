import { readFileSync } from 'node:fs';

const swcrc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '\\.(spec|test)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', { ...swcrc, exclude: [], swcrc: false }] },
  globalSetup: '<rootDir>/test/support/build.js',
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/property-seed.ts'],
  testTimeout: 60_000,
};
