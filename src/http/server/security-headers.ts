import type { FastifyInstance } from 'fastify';
import { DOCS_PATH } from '../open-api/open-api.js';

/** Responses that are no pages load nothing. Pages of the dashboard replace it by their own policy. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
const DOCS_PAGE =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";

/** Stops browsers from guessing media types, and from running scripts in responses. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Content-Type-Options', 'nosniff');
    void reply.header('Content-Security-Policy', request.url.startsWith(`/${DOCS_PATH}`) ? DOCS_PAGE : NO_PAGE);
    done();
  });
}
