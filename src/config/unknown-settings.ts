import leven from 'leven';
import { Configuration } from './configuration.js';
import { listSettings } from './setting.js';

/** One in so many letters. More errors make another word: HOME is not a misspelt HOST. */
const LETTERS_PER_TYPING_ERROR = 5;

/**
 * Finds misspelt and unknown settings, which have no effect.
 * @param file the variables of `.env`, all of which are meant for the service
 * @returns a message for each
 */
export function describeUnknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, string | undefined>>,
): string[] {
  const settings = listSettings(Configuration.prototype).map(({ variable }) => variable);
  const unknown = Object.keys({ ...environment, ...file }).filter((name) => !settings.includes(name));
  return unknown.flatMap((name) => {
    const similar = settings.find((setting) => leven(name, setting) <= setting.length / LETTERS_PER_TYPING_ERROR);
    if (similar !== undefined) return [`${name} is not a setting and has no effect: did you mean ${similar}?`];
    return name in file ? [`${name} in .env is not a setting and has no effect: README.md lists the settings`] : [];
  });
}
