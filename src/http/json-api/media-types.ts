export const JSON_API = 'application/vnd.api+json';
export const NDJSON = 'application/x-ndjson';
