import { UnavailableError } from '../model/errors.js';

/** The OSF's database or API cannot be reached, failed, or timed out. */
export class OsfUnavailableError extends UnavailableError {
  override readonly name = 'OsfUnavailableError';
  readonly publicMessage = 'the OSF is temporarily unavailable; try again later';
}

/** The OSF's API failed for one credential. It may work for others. */
export class OsfCredentialError extends OsfUnavailableError {
  constructor(
    message: string,
    /** Identifies the credential, and cannot be reversed. */
    readonly credentialHash: string,
    /** Not to be requested again with this credential for so long. */
    readonly pauseMilliseconds: number,
  ) {
    super(message);
  }
}

/** Resolves to the fallback when the promise is rejected because the OSF is unavailable. */
export async function orIfOsfUnavailable<Result, Fallback>(
  promise: Promise<Result>,
  fallback: Fallback,
): Promise<Result | Fallback> {
  try {
    return await promise;
  } catch (error) {
    if (error instanceof OsfUnavailableError) return fallback;
    throw error;
  }
}

export function databaseUnavailable(cause: unknown): OsfUnavailableError {
  return new OsfUnavailableError(`the OSF's database: ${(cause as Error).message}`, { cause });
}
