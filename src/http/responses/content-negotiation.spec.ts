import { ApiError } from '../json-api/api-error.js';
import { negotiate } from './content-negotiation.js';

describe('negotiate', () => {
  it.each([
    [undefined, 'json:api'],
    ['*/*', 'json:api'],
    ['text/csv', 'csv'],
    ['TEXT/CSV; header=present', 'csv'],
    ['text/*', 'csv'],
    ['text/tab-separated-values, text/csv;q=0.5', 'tsv'],
    ['text/csv;q=0.4, text/tab-separated-values;q=0.5', 'tsv'],
    ['application/json', 'json'],
    ['application/json; charset=utf-8', 'json'],
    ['application/json, text/plain, */*', 'json:api'],
    ['application/vnd.api+json;q=0.1, application/json;q=0.2', 'json'],
    ['text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8', 'json:api'],
    ['*/*;q=0.1, text/csv', 'csv'],
    ['*/*, application/vnd.api+json;q=0, application/json;q=0', 'csv'],
  ])('returns for %s the representation %s', (accept, representation) =>
    expect(negotiate(accept)).toBe(representation),
  );

  it.each(['text/html', 'application/xml, image/*', 'text/csv;q=0', 'text/csv;q=2', 'text/csv;q=-1', ',', ';q=1', '*'])(
    'rejects %s',
    (accept) => expect(() => negotiate(accept)).toThrow(ApiError),
  );
});
