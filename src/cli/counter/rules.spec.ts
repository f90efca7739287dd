import type { Count } from './counts.js';
import { checkCounts, describeExamples, differences, sumBy } from './rules.js';

const PLACE = { item: 'osf:abc12', dataType: 'Dataset', accessMethod: 'Regular', month: '2026-10' };
const GOOD: Readonly<Record<string, number>> = {
  Total_Item_Investigations: 4,
  Unique_Item_Investigations: 3,
  Total_Item_Requests: 2,
  Unique_Item_Requests: 1,
};

function counts(metrics: Readonly<Record<string, number>>, place: Partial<Count> = {}): Count[] {
  return Object.entries(metrics).map(([metric, count]) => ({ ...PLACE, ...place, metric, count }));
}

function brokenRules(of: readonly Count[]): string[] {
  return [...checkCounts(of, (month) => month === '2026-10').keys()];
}

describe('the rules of COUNTER reports', () => {
  it('hold for consistent counts', () => {
    expect(brokenRules(counts(GOOD))).toEqual([]);
    expect(brokenRules(counts({ Searches_Platform: 3 }, { dataType: 'Platform' }))).toEqual([]);
    // A view has no investigations.
    expect(brokenRules(counts({ Total_Item_Requests: 2, Unique_Item_Requests: 1 }))).toEqual([]);
  });

  it.each([
    ['unique counts are not above totals', counts({ ...GOOD, Unique_Item_Requests: 3 })],
    ['totals and unique counts come together', counts({ ...GOOD, Unique_Item_Requests: 0 }).slice(0, 3)],
    ['requests are not above investigations', counts({ ...GOOD, Total_Item_Requests: 5 })],
    ['counts are positive integers', counts({ ...GOOD, Total_Item_Investigations: 4.5 })],
    ['months lie in the period', counts(GOOD, { month: '2026-09' })],
    ['each count appears once', [...counts(GOOD), ...counts(GOOD)]],
    ['searches have the Data_Type Platform', counts({ Searches_Platform: 1 })],
    ['searches have the Data_Type Platform', counts(GOOD, { dataType: 'Platform' })],
  ])('report a breach: %s', (rule, broken) => expect(brokenRules(broken)).toContain(rule));

  it('compare sums', () => {
    const [left, right] = [counts(GOOD), counts({ ...GOOD, Total_Item_Requests: 9 }, { item: 'other' })];
    expect(differences(sumBy(left, ['metric']), sumBy(right, ['metric']))).toEqual(['Total_Item_Requests: 2 and 9']);
    expect(differences(sumBy(left, ['item', 'metric']), new Map())).toHaveLength(4);
    expect(differences(sumBy(left, ['month']), sumBy(left, ['month']))).toEqual([]);
  });

  it('describe the first examples', () => {
    expect(describeExamples(['a', 'b', 'c'])).toBe('a; b; c');
    expect(describeExamples(['a', 'b', 'c', 'd', 'e'])).toBe('a; b; c; and 2 others');
  });
});
