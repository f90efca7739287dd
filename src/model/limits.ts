/** Longest id that a usage may carry, in characters. */
export const MAX_ID_LENGTH = 255;
/** Longest URL, IRI or title that a usage may carry, in characters. */
export const MAX_TEXT_LENGTH = 4095;
