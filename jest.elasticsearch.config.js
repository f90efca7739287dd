import base from './jest.config.js';

if (!process.env.TEST_ELASTICSEARCH_URL) throw new Error('set TEST_ELASTICSEARCH_URL to the URL of a test cluster');
process.env.TEST_STORE = 'elasticsearch';

/**
 * Runs the behaviour tests on Elasticsearch.
 * @type {import('jest').Config}
 */
export default {
  ...base,
  testRegex:
    'test/(storage/elasticsearch.*|usage-events/.*|reports/.*|reporters/(?!add-a-report)[^/]*|queries/.*|monthly-usage/.*|counter/.*|tour/.*)\\.test\\.ts$',
};
