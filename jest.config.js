import { readFileSync } from 'node:fs';

const swcrc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/**
 * Runs all tests but the slow ones.
 * @type {import('jest').Config}
 */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '(?<!\\.slow)\\.(spec|test)\\.ts$',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '\\.ts$': ['@swc/jest', { ...swcrc, exclude: [], swcrc: false }] },
  globalSetup: '<rootDir>/test/support/global-setup.js',
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/property-seed.ts'],
  maxWorkers: '100%',
  testTimeout: 60_000,
};
