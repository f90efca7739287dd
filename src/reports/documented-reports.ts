import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  getSchemaPath,
  type SchemaObject,
} from '@nestjs/swagger';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_NUMBER, MAX_PAGE_SIZE } from '../http/json-api/pagination.js';
import { ApiErrorResponses } from '../http/open-api/api-responses.js';
import { FILE_FORMATS, MEDIA_TYPES } from '../http/responses/content-negotiation.js';
import { type ReportClass, reportTypeOf } from '../model/report-type.js';
import { RESOURCE_TYPE_PREFIX } from './report-resource.js';
import { VIEWABLE_REPORTS } from './report-types.js';

const ids = VIEWABLE_REPORTS.map((reportClass) => reportTypeOf(reportClass).id);
const meanings = VIEWABLE_REPORTS.map((reportClass) => {
  const { id, description, period } = reportTypeOf(reportClass);
  return `- \`${id}\` (${period}): ${description}`;
});

const text = { type: 'string' } as const;

/** Reports of a class, and what the API calls them as resources. */
interface ReportResources {
  readonly reportClass: ReportClass;
  readonly resourceType: string;
}

/** Documents a route that answers with reports of the type that its path names. */
export function ReportsRoute(summary: string): MethodDecorator {
  const resources = VIEWABLE_REPORTS.map((reportClass) => ({
    reportClass,
    resourceType: `${RESOURCE_TYPE_PREFIX}${reportTypeOf(reportClass).id}`,
  }));
  return applyDecorators(
    ApiOperation({ summary }),
    ApiParam({ name: 'id', enum: ids, description: `The type of the reports:\n\n${meanings.join('\n')}` }),
    ApiReportsResponse(resources),
  );
}

/** Documents an answer with reports of any of these classes, as a document or as a file. */
export function ApiReportsResponse(resources: readonly ReportResources[]): MethodDecorator {
  const schema = documentOf(resources);
  const content = {
    [MEDIA_TYPES['json:api']]: { schema },
    [MEDIA_TYPES.json]: { schema },
    [MEDIA_TYPES.csv]: { schema: text },
    [MEDIA_TYPES.tsv]: { schema: text },
  };
  return applyDecorators(
    ApiQuery({ name: 'format', required: false, enum: FILE_FORMATS, description: 'As a file; `Accept` does the same' }),
    ApiExtraModels(...resources.map(({ reportClass }) => reportClass)),
    ApiOkResponse({ description: 'The reports', content }),
    ApiErrorResponses(400, 404, 406, 429, 503),
  );
}

function documentOf(resources: readonly ReportResources[]): SchemaObject {
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
      data: { type: 'array', items: { anyOf: reports } },
      meta: { type: 'object', properties: { total: { type: 'integer' } } },
      links: { type: 'object', additionalProperties: { type: ['string', 'null'] } },
    },
  };
}

/** Documents the parameters by which a part of a list is asked for. */
export function ListQuery(): MethodDecorator {
  const size = { type: 'integer', minimum: 1, maximum: MAX_PAGE_SIZE, default: DEFAULT_PAGE_SIZE } as const;
  return applyDecorators(
    ApiQuery({
      name: 'filter',
      required: false,
      style: 'deepObject',
      explode: true,
      schema: { type: 'object', additionalProperties: text },
      description:
        '`filter[<field>]=<value>` and `filter[<field>][ne]=<value>`, with paths like `users.total` for inner fields; ' +
        'an empty value: the field is missing',
    }),
    ApiQuery({ name: 'sort', required: false, schema: text, description: 'Fields, separated by commas; `-` descends' }),
    ApiQuery({ name: 'page[size]', required: false, schema: size }),
    ApiQuery({
      name: 'page[number]',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE_NUMBER },
    }),
    ApiQuery({
      name: 'page[after]',
      required: false,
      schema: text,
      description: "As in the page before's `links.next`",
    }),
  );
}
