import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiProperty,
  type ApiPropertyOptions,
  ApiSchema,
  getSchemaPath,
  type ReferenceObject,
  type SchemaObject,
} from '@nestjs/swagger';
import { JSON_API, MAX_BATCH_SIZE } from './protocol.js';

/** The attributes of an example, as JSON. */
export type ExampleAttributes<T> = Readonly<Partial<Record<keyof T, unknown>>>;

/** Documents a body with a resource: a JSON:API document or the bare attributes. */
export function ApiResourceBody<T extends object>(
  type: string,
  dto: Type<T>,
  example: ExampleAttributes<T>,
): MethodDecorator {
  const document = documentClass(`${schemaNameOf(dto)}Document`, resourceSchema(type, dto));
  return applyDecorators(
    ApiExtraModels(dto, document),
    ApiJsonBody({ anyOf: [refTo(document), refTo(dto)] }, { data: { type, attributes: example } }, example),
  );
}

/** Documents a body with resources: a JSON:API document or a bare list. */
export function ApiBatchBody<T extends object>(
  type: string,
  dto: Type<T>,
  example: ExampleAttributes<T>,
): MethodDecorator {
  const document = batchClass(`${schemaNameOf(dto)}Batch`, resourceSchema(type, dto));
  const list: SchemaObject = { type: 'array', maxItems: MAX_BATCH_SIZE, items: refTo(dto) };
  return applyDecorators(
    ApiExtraModels(dto, document),
    ApiJsonBody({ anyOf: [refTo(document), list] }, { data: [{ type, attributes: example }] }, [example]),
  );
}

/**
 * Documents a body, with only one of the media types that the service reads: openapi-python-client generates code that
 * fails if there are several.
 *
 * @param attributes the example without the envelope, if the route accepts it
 */
export function ApiJsonBody(
  schema: SchemaObject | ReferenceObject,
  document: object,
  attributes?: object,
): MethodDecorator {
  const examples = {
    document: { summary: 'A JSON:API document', value: document },
    ...(attributes === undefined ? {} : { attributes: { summary: 'Without the envelope', value: attributes } }),
  };
  const description = 'Also accepted as `application/json`. A batch is also accepted as `application/x-ndjson`.';
  return applyDecorators(ApiConsumes(JSON_API), ApiBody({ description, schema, examples }));
}

/** A class whose schema is a document with a list of resources. */
export function batchClass(name: string, resource: SchemaObject): Type {
  return documentClass(name, { type: 'array', maxItems: MAX_BATCH_SIZE, items: resource });
}

/** A class, because OpenAPI names only the schemas of classes, and generated clients name their types after them. */
function documentClass(name: string, data: SchemaObject): Type {
  @ApiSchema({ name })
  class RequestDocument {
    @ApiProperty(data as ApiPropertyOptions)
    data: object;
  }
  return RequestDocument;
}

function resourceSchema(type: string, dto: Type): SchemaObject {
  return {
    type: 'object',
    required: ['attributes'],
    properties: {
      type: { type: 'string', description: `\`${type}\`` },
      attributes: refTo(dto),
    },
  };
}

function refTo(type: Type): ReferenceObject {
  return { $ref: getSchemaPath(type) };
}

function schemaNameOf(dto: Type): string {
  return getSchemaPath(dto).replace('#/components/schemas/', '');
}
