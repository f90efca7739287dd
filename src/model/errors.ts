/**
 * A dependency of the service is unavailable. The error filter returns 503 with `Retry-After` and shows the client only
 * `publicMessage`; `message` and `cause` are logged.
 */
export abstract class UnavailableError extends Error {
  abstract readonly publicMessage: string;
}
