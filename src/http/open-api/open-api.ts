import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import { ApiErrorDocument, errorResponse } from './documented.js';

const OPEN_API_PATH = '_/metrics/openapi.json';
export const DOCS_PATH = '_/metrics/docs';

const API_PATH = '/_/metrics/';
const MAX_AGE_SECONDS = 3600;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Describes the service in OpenAPI 3.1, as it is declared in the code, for programs and for people. */
export function serveOpenApi(app: NestFastifyApplication, configuration: Configuration): void {
  let description: OpenAPIObject | undefined;
  const describe = (): OpenAPIObject => (description ??= describeApi(app, configuration));
  SwaggerModule.setup(DOCS_PATH, app, describe, {
    raw: false,
    customSiteTitle: 'osf-metrics',
    customCss: '.swagger-ui .topbar { display: none }',
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  fastify.get(`/${OPEN_API_PATH}`, (_request, reply) =>
    reply.header('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`).send(describe()),
  );
}

function describeApi(app: NestFastifyApplication, { publicUrl }: Configuration): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('osf-metrics')
    .setDescription('Records how research is used, by the rules of COUNTER, and reports on it.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key of this service' })
    .addTag('usage', 'How usages come in')
    .addTag('reports', 'Saved records, each about one day or month')
    .addTag('institutions', 'What institutions and their users have on the OSF')
    .addTag('queries', 'What is asked of usages at the moment')
    .addTag('items', 'What is known of the things that are used')
    .addTag('reporters', 'How reports are made')
    .addTag('operations', 'How the service is');
  if (publicUrl) builder.addServer(publicUrl);
  return withCommonAnswers(SwaggerModule.createDocument(app, builder.build(), { extraModels: [ApiErrorDocument] }));
}

/** Adds to each route the errors that no route says of itself, because they follow from what it is. */
function withCommonAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, post, put }] of Object.entries(document.paths)) {
    for (const operation of [get, post, put]) {
      if (!operation) continue;
      for (const status of commonErrors(path, operation)) operation.responses[status] ??= errorResponse(status);
    }
  }
  return document;
}

function commonErrors(path: string, { requestBody, security }: Operation): number[] {
  return [
    ...(path.startsWith(API_PATH) ? [429, 503] : []),
    ...(requestBody ? [400, 413, 415] : []),
    ...(security ? [401, 403] : []),
  ];
}
