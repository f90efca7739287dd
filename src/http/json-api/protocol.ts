/** The path of every route of the API. Health checks and Prometheus metrics are outside it. */
export const API_PREFIX = '_/metrics';

/** The path of the routes that replace those of the OSF's API. */
export const OSF_API_PREFIX = 'v2';

export const JSON_API = 'application/vnd.api+json';
/** Newline-delimited JSON: one JSON value per line. */
export const NDJSON = 'application/x-ndjson';

/**
 * The values of the query parameter `format` that mean a JSON:API document, as in the OSF's API, where `api` is a page to
 * browse it.
 */
export const DOCUMENT_FORMATS = ['jsonapi', 'api'] as const;

/** The header with the number of lines of an export, by which a client detects a truncated one. */
export const TOTAL_COUNT_HEADER = 'X-Total-Count';

/** The header of a 204 response with the reason why the usage is not counted. */
export const SKIPPED_HEADER = 'Osf-Metrics-Skipped';

/** Maximum number of resources in a batch. */
export const MAX_BATCH_SIZE = 1_000;
