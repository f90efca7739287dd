/** The OSF, or its database, is away or too slow. */
export class OsfUnavailableError extends Error {
  override readonly name = 'OsfUnavailableError';
}

export function databaseUnavailable(cause: unknown): OsfUnavailableError {
  return new OsfUnavailableError(`the OSF's database: ${(cause as Error).message}`, { cause });
}
