import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../../config/configuration.js';
import { VERSION } from '../../config/version.js';
import { API_PREFIX, OSF_API_PREFIX } from '../json-api/protocol.js';
import { ApiErrorDocument, errorResponse } from './api-responses.js';

export const DOCS_PATH = `${API_PREFIX}/docs`;
export const OPEN_API_PATH = `${API_PREFIX}/openapi.json`;

/** Routes under them are rate-limited and read the store. */
const LIMITED_PREFIXES = [API_PREFIX, OSF_API_PREFIX];

const MAX_AGE_SECONDS = 3600;

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

/** Serves the OpenAPI 3.1 document of all controllers, and its documentation pages. */
export function serveOpenApi(app: NestFastifyApplication, configuration: Configuration): void {
  let document: OpenAPIObject | undefined;
  const getDocument = (): OpenAPIObject => (document ??= createDocument(app, configuration));
  SwaggerModule.setup(DOCS_PATH, app, getDocument, {
    raw: false,
    customSiteTitle: 'osf-metrics',
    customCss: '.swagger-ui .topbar { display: none }',
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  fastify.get(`/${OPEN_API_PATH}`, (_request, reply) =>
    reply.header('Cache-Control', `public, max-age=${MAX_AGE_SECONDS}`).send(getDocument()),
  );
}

function createDocument(app: NestFastifyApplication, { publicUrl }: Configuration): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('osf-metrics')
    .setDescription('Records the usage of research outputs by the COUNTER Code of Practice, and reports on it.')
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .setExternalDoc('Usage statistics: the pages for people', `${publicUrl ?? ''}/${API_PREFIX}/`)
    .addServer(publicUrl ?? '/')
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      description:
        'An API key of this service. `GET` routes also accept it as the password of HTTP Basic, which browsers ask for at ' +
        '`/_/metrics/sign-in`. For private items and for the routes under `/v2`, also a personal access token of the OSF.',
    })
    .addTag('usage', 'Record and export usages and moderation steps')
    .addTag('reports', 'Saved reports, each about one day or month')
    .addTag('institutions', 'Reports about institutions and their users on the OSF')
    .addTag('queries', 'Usage counts, computed on request')
    .addTag('counter', "Reports of COUNTER's Code of Practice, Releases 5.1 and 5.0")
    .addTag('dashboard', 'Web pages that show usage to people')
    .addTag('items', 'Metadata of the items that are used')
    .addTag('reporters', 'Reporters and their runs')
    .addTag('operations', 'Health checks and Prometheus metrics');
  return completeOperations(SwaggerModule.createDocument(app, builder.build(), { extraModels: [ApiErrorDocument] }));
}

/**
 * Adds the errors that follow from the path, body and security of a route, so that no route declares them, and says of
 * the other routes that they need no credentials.
 */
function completeOperations(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, post, put }] of Object.entries(document.paths)) {
    for (const operation of [get, post, put]) {
      if (!operation) continue;
      operation.security ??= [];
      for (const status of commonErrors(path, operation)) operation.responses[status] ??= errorResponse(status);
    }
  }
  return document;
}

function commonErrors(path: string, { requestBody, security = [] }: Operation): number[] {
  return [
    ...(LIMITED_PREFIXES.some((prefix) => path.startsWith(`/${prefix}/`)) ? [429, 503] : []),
    // Parameters in the path have a maximum length.
    ...(path.includes('{') ? [414] : []),
    ...(requestBody ? [400, 413, 415] : []),
    ...(requiresCredentials(security) ? [401, 403] : []),
  ];
}

/** An empty alternative allows anonymous requests. */
function requiresCredentials(alternatives: readonly object[]): boolean {
  return alternatives.length > 0 && alternatives.every((each) => Object.keys(each).length > 0);
}
