import { applyDecorators, Header, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, type SchemaObject } from '@nestjs/swagger';
import { fieldsOf } from '../../../fields/field-declaration.js';
import { JSON_API } from '../../../http/json-api/protocol.js';
import { ApiErrorResponses } from '../../../http/open-api/api-responses.js';
import { MEDIA_TYPES } from '../../../http/responses/content-negotiation.js';
import type { MonthlyReport } from '../../../model/report.js';
import type { ReportClass } from '../../../model/report-type.js';
import { ReportListInterceptor } from '../../report-list.interceptor.js';
import type { OsfFields } from './osf-fields.js';

const text: SchemaObject = { type: 'string' };
const object: SchemaObject = { type: 'object' };

/** The schema of attributes whose values are fields of a report. */
export function attributesSchema<R extends MonthlyReport>(
  reportClass: ReportClass<R>,
  fields: OsfFields<R>,
): SchemaObject {
  const declarations = new Map(fieldsOf(reportClass).map((field) => [field.name, field]));
  const properties = Object.entries(fields).map(([name, fieldName]): [string, SchemaObject] => {
    const { kind = 'text', nullable = false, description = '' } = declarations.get(fieldName) ?? {};
    const type = kind === 'integer' ? 'integer' : 'string';
    return [name, { type: nullable ? [type, 'null'] : type, description }];
  });
  return { type: 'object', required: Object.keys(fields), properties: Object.fromEntries(properties) };
}

/** Sends and documents the `ReportList` that a route returns. */
export function OsfListResponse(type: string, attributes: SchemaObject): MethodDecorator {
  const schema = documentSchema({ type: 'array', items: resourceSchema(type, attributes) });
  const content = {
    [MEDIA_TYPES['json:api']]: { schema },
    [MEDIA_TYPES.json]: { schema: { anyOf: [schema, { type: 'array', items: attributes }] } },
    [MEDIA_TYPES.csv]: { schema: text },
    [MEDIA_TYPES.tsv]: { schema: text },
  };
  return applyDecorators(
    UseInterceptors(ReportListInterceptor),
    ApiOkResponse({ description: 'The resources', content }),
    ApiErrorResponses(400, 404, 406, 410),
  );
}

/** Documents the one resource that a route returns. */
export function OsfResourceResponse(type: string, attributes: SchemaObject): MethodDecorator {
  const schema = documentSchema(resourceSchema(type, attributes), []);
  return applyDecorators(
    Header('Content-Type', JSON_API),
    ApiOkResponse({ description: 'The resource; no `data` without a report', content: { [JSON_API]: { schema } } }),
    ApiErrorResponses(400, 404, 410),
  );
}

function documentSchema(data: SchemaObject, required = ['data']): SchemaObject {
  return { type: 'object', required: [...required, 'meta'], properties: { data, meta: object, links: object } };
}

function resourceSchema(type: string, attributes: SchemaObject): SchemaObject {
  return {
    type: 'object',
    required: ['id', 'type', 'attributes', 'links'],
    properties: { id: text, type: { ...text, enum: [type] }, attributes, relationships: object, links: object },
  };
}
