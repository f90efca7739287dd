import type { FastifyInstance } from 'fastify';
import { DOCS_PATH } from '../open-api/open-api.js';

/** Nothing that is served is a page, but for the docs, which load what they need from here alone. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";
const DOCS_PAGE =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'";

/** Tells browsers to take answers for what they say they are, and never to run what somebody else put into them. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Content-Type-Options', 'nosniff');
    void reply.header('Content-Security-Policy', request.url.startsWith(`/${DOCS_PATH}`) ? DOCS_PAGE : NO_PAGE);
    done();
  });
}
