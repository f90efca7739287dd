/** The header that says how many lines an answer has, so that whoever reads them can tell whether all came. */
export const TOTAL_COUNT_HEADER = 'X-Total-Count';
