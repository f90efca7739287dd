import { CommandError } from './service-client.js';

/**
 * Does work that can be gone on with: when it is cut off, by a failure or by the user, says how.
 *
 * @param howToGoOn in words for the user; undefined when nothing is done yet
 */
export async function untilCutOff<T>(howToGoOn: () => string | undefined, work: () => Promise<T>): Promise<T> {
  const tell = (): void => console.error(howToGoOn() ?? 'nothing is done yet');
  process.once('SIGINT', tell);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError([error.message, howToGoOn()].filter((text) => text !== undefined).join('\n'));
  } finally {
    process.off('SIGINT', tell);
  }
}
