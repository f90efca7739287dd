import { applyDecorators, Header, UseInterceptors } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiParam, getSchemaPath, type SchemaObject } from '@nestjs/swagger';
import { ApiJsonBody, batchClass } from '../http/json-api/body-documentation.js';
import { JSON_API } from '../http/json-api/protocol.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { MEDIA_TYPES } from '../http/responses/content-negotiation.js';
import { type ReportClass, reportTypeOf } from '../model/report-type.js';
import { REPORT_EXAMPLES } from './report-examples.js';
import { ReportListInterceptor } from './report-list.interceptor.js';
import { REPORT_TYPE_RESOURCE, RESOURCE_TYPE_PREFIX } from './report-resource.js';
import { ReportTypeDescription } from './report-type-list.service.js';
import { VIEWABLE_REPORTS } from './report-types.js';

const text = { type: 'string' } as const;
const viewableTypes = VIEWABLE_REPORTS.map((reportClass) => reportTypeOf(reportClass));

/** A report class, and the JSON:API type of its resources. */
interface ReportResources {
  readonly reportClass: ReportClass;
  readonly resourceType: string;
}

/** A route that returns a `ReportList` of the type that its path names: sends it and documents it. */
export function ReportsOfTypeResponse(): MethodDecorator {
  const meanings = viewableTypes.map(({ id, description, period }) => `- \`${id}\` (${period}): ${description}`);
  const resources = viewableTypes.map(({ id, reportClass }) => ({
    reportClass,
    resourceType: `${RESOURCE_TYPE_PREFIX}${id}`,
  }));
  return applyDecorators(
    ApiParam({
      name: 'id',
      schema: { ...text, enum: viewableTypes.map(({ id }) => id), example: 'download_count' },
      description: `The report type:\n\n${meanings.join('\n')}`,
    }),
    ReportListResponse(resources),
  );
}

/** A route that returns a `ReportList` of any of these classes: sends it and documents it. */
export function ReportListResponse(resources: readonly ReportResources[]): MethodDecorator {
  const schema = toDocumentSchema(resources);
  const attributes = resources.map(({ reportClass }) => ({ $ref: getSchemaPath(reportClass) }));
  const content = {
    [MEDIA_TYPES['json:api']]: { schema },
    // `format=json_report` returns the attributes alone, as in the OSF's API.
    [MEDIA_TYPES.json]: { schema: { anyOf: [schema, { type: 'array', items: oneOrAny(attributes) }] } },
    [MEDIA_TYPES.csv]: { schema: text },
    [MEDIA_TYPES.tsv]: { schema: text },
  };
  return applyDecorators(
    UseInterceptors(ReportListInterceptor),
    ApiExtraModels(...resources.map(({ reportClass }) => reportClass)),
    ApiOkResponse({ description: 'The reports', content }),
    ApiErrorResponses(400, 404, 406, 429, 503),
  );
}

function toDocumentSchema(resources: readonly ReportResources[]): SchemaObject {
  const reports = resources.map(({ reportClass, resourceType }) => ({
    type: 'object',
    required: ['id', 'type', 'attributes'],
    properties: {
      id: text,
      type: { ...text, enum: [resourceType] },
      attributes: { $ref: getSchemaPath(reportClass) },
    },
  }));
  return {
    type: 'object',
    required: ['data'],
    properties: {
      data: { type: 'array', items: oneOrAny(reports) },
      meta: { type: 'object', properties: { total: { type: 'integer' } } },
      links: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
    },
  };
}

function oneOrAny<Schema>(schemas: Schema[]): Schema | { anyOf: Schema[] } {
  const [only, ...others] = schemas;
  return only && others.length === 0 ? only : { anyOf: schemas };
}

/** A route that returns the list of report types: says so to clients and documents it. */
export function ReportTypesResponse(): MethodDecorator {
  const reportType = {
    type: 'object',
    required: ['id', 'type', 'attributes', 'links'],
    properties: {
      id: text,
      type: { ...text, enum: [REPORT_TYPE_RESOURCE] },
      attributes: { $ref: getSchemaPath(ReportTypeDescription) },
      links: { type: 'object', properties: { recent: { ...text, format: 'uri-reference' } } },
    },
  };
  const schema = {
    type: 'object',
    required: ['data'],
    properties: { data: { type: 'array', items: reportType } },
  };
  return applyDecorators(
    Header('Content-Type', JSON_API),
    ApiExtraModels(ReportTypeDescription),
    ApiOkResponse({
      description: 'Report types with links to their recent reports',
      content: { [JSON_API]: { schema } },
    }),
  );
}

/** Documents a batch of reports of any types. */
export function ReportBatchBody(): MethodDecorator {
  const batch = batchClass('ReportBatch', {
    type: 'object',
    required: ['type', 'attributes'],
    properties: {
      type: { ...text, description: `\`${RESOURCE_TYPE_PREFIX}\` followed by the ID of the report type` },
      attributes: { type: 'object', description: 'Fields of the report type; `timestamp` defaults to now' },
    },
  });
  return applyDecorators(ApiExtraModels(batch), ApiJsonBody({ $ref: getSchemaPath(batch) }, { data: REPORT_EXAMPLES }));
}
