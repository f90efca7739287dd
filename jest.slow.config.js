import base from './jest.config.js';

/**
 * Runs the slow tests: commands as processes, kills, full disks, moving, scale, a browser.
 * @type {import('jest').Config}
 */
export default { ...base, testRegex: '\\.slow\\.test\\.ts$', testTimeout: 180_000 };
