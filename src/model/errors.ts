/**
 * Something that the service depends on cannot answer now. The error filter answers 503 with `Retry-After`, and shows the
 * client `publicMessage` only; `message` and `cause` go to the log.
 */
export abstract class UnavailableError extends Error {
  abstract readonly publicMessage: string;
}
