import { CommandError } from './service-client.js';

/**
 * Does work that can be resumed. If it fails or the user interrupts it, says how to resume it.
 *
 * @param resumeHint for the user; returns undefined while nothing has been done
 */
export async function withResumeHint<T>(resumeHint: () => string | undefined, work: () => Promise<T>): Promise<T> {
  const printHint = (): void => console.error(resumeHint() ?? 'nothing has been imported yet');
  process.once('SIGINT', printHint);
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError([error.message, resumeHint()].filter((text) => text !== undefined).join('\n'));
  } finally {
    process.off('SIGINT', printHint);
  }
}
