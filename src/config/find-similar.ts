import leven from 'leven';

/** One in so many letters. More errors make another word: HOME is not a misspelt HOST. */
const LETTERS_PER_TYPING_ERROR = 5;

/** Finds the name that was probably meant by a misspelt one. */
export function findSimilar(misspelt: string, names: readonly string[]): string | undefined {
  return names.find((name) => leven(misspelt, name) <= name.length / LETTERS_PER_TYPING_ERROR);
}
