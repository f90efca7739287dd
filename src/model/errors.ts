/**
 * A dependency of the service is unavailable. The error filter returns 503 with `Retry-After` and shows the client only
 * `publicMessage`; `message` and `cause` are logged.
 */
export abstract class UnavailableError extends Error {
  abstract readonly publicMessage: string;
}

/** The message of an error and those of its causes that it does not quote, for logs and runs. */
export function describeError(error: unknown): string {
  const { message, cause } = error as Error;
  if (cause === undefined) return message;
  const [reason = ''] = describeError(cause).split('\n');
  return message.includes(reason) ? message : `${message}: ${reason}`;
}

/** The result of a read, or another value while its source is unavailable. */
export async function orIfUnavailable<T, U>(read: () => Promise<T>, otherwise: U): Promise<T | U> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnavailableError) return otherwise;
    throw error;
  }
}
