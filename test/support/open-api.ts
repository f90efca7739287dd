export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: { readonly type: string; readonly example?: unknown };
}

export interface RequestBody {
  readonly content: Record<string, { readonly examples?: Record<string, { readonly value: object }> }>;
}

export interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: RequestBody;
  readonly responses: Record<string, { content?: Record<string, { schema: object }>; headers?: object }>;
}

export interface OpenApi {
  readonly openapi: string;
  readonly info: { license: { name: string } };
  readonly servers: readonly { url: string }[];
  readonly tags: readonly { name: string }[];
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, { properties: object; required: string[] }> };
}

/** The operations of a document, each with its method and path: `GET /health/live`. */
export function operationsOf(document: OpenApi): (readonly [string, Operation])[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  );
}
