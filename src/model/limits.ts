/** Maximum length of an id, in characters. */
export const MAX_ID_LENGTH = 255;
/** Maximum length of a URL, IRI or title, in characters. */
export const MAX_TEXT_LENGTH = 4095;
