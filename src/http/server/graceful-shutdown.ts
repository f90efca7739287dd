import type { FastifyInstance } from 'fastify';

/**
 * Once shutdown begins, closes each connection after its pending response. Otherwise idle keep-alive connections would
 * delay the shutdown.
 *
 * @param timeoutMilliseconds after which connections of slow clients are closed too
 */
export function closeConnectionsOnShutdown(fastify: FastifyInstance, timeoutMilliseconds: number): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    setTimeout(() => fastify.server.closeAllConnections(), timeoutMilliseconds).unref();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('Connection', 'close');
    done(null, payload);
  });
}
