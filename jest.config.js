/**
 * Runs all tests but the slow ones.
 * @type {import('jest').Config}
 */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testRegex: '(?<!\\.slow)\\.(spec|test)\\.ts$',
  // Loads each module once per worker. Jest's own runner loads the service anew for each file: three seconds each time.
  runner: 'jest-light-runner',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  setupFiles: ['reflect-metadata', '<rootDir>/test/support/time-limits.ts', '<rootDir>/test/support/property-seed.ts'],
  maxWorkers: '100%',
  testTimeout: 60_000,
};
