import { countOf } from './count-of.js';

describe('countOf', () => {
  it.each([
    [0, '0 usages'],
    [1, '1 usage'],
    [2, '2 usages'],
  ])('names %i as %s', (count, text) => {
    expect(countOf(count, 'usage')).toBe(text);
  });
});
