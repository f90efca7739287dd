import { UnavailableError } from '../model/errors.js';

/** The OSF, or its database, is away or too slow. */
export class OsfUnavailableError extends UnavailableError {
  override readonly name = 'OsfUnavailableError';
  readonly publicMessage = 'the OSF cannot answer now; try again';
}

/** What was asked of the OSF, or something else while it is away. */
export async function orIfOsfUnavailable<Answer, Else>(
  asked: Promise<Answer>,
  otherwise: Else,
): Promise<Answer | Else> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof OsfUnavailableError) return otherwise;
    throw error;
  }
}

export function databaseUnavailable(cause: unknown): OsfUnavailableError {
  return new OsfUnavailableError(`the OSF's database: ${(cause as Error).message}`, { cause });
}
