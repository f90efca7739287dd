import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Configuration } from '../config/configuration.js';
import { errorAnswer } from './documented.js';

const OPEN_API_PATH = '_/metrics/openapi.json';
const DOCS_PATH = '_/metrics/docs';

/** With what every route may answer, and every route that reads a body. */
const ALWAYS = [429, 503];
const WITH_BODY = [400, 413, 415];

/** Describes the service in OpenAPI 3.1, as it is declared in the code, for programs and for people. */
export function serveOpenApi(app: NestFastifyApplication, configuration: Configuration): void {
  SwaggerModule.setup(DOCS_PATH, app, () => describeApi(app, configuration), {
    jsonDocumentUrl: OPEN_API_PATH,
    raw: ['json'],
    customSiteTitle: 'osf-metrics',
  });
}

function describeApi(app: NestFastifyApplication, { publicUrl }: Configuration): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('osf-metrics')
    .setDescription('Records how research is used, by the rules of COUNTER, and reports on it.')
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key of this service' });
  if (publicUrl) builder.addServer(publicUrl);
  return withCommonAnswers(SwaggerModule.createDocument(app, builder.build()));
}

function withCommonAnswers(document: OpenAPIObject): OpenAPIObject {
  for (const { get, post, put } of Object.values(document.paths)) {
    for (const operation of [get, post, put]) {
      if (!operation) continue;
      const statuses = operation.requestBody ? [...ALWAYS, ...WITH_BODY] : ALWAYS;
      for (const status of statuses) operation.responses[status] ??= errorAnswer(status);
    }
  }
  return document;
}
