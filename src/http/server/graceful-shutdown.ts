import type { FastifyInstance } from 'fastify';

/**
 * Ends each connection with the answer that it waits for, once the service is about to end: one that is kept alive would
 * hold up the end for as long as it is idle.
 *
 * @param patience how long the end waits for those who are slow to ask or to read, in milliseconds
 */
export function closeConnectionsOnShutdown(fastify: FastifyInstance, patience: number): void {
  let isClosing = false;
  fastify.addHook('preClose', (done) => {
    isClosing = true;
    setTimeout(() => fastify.server.closeAllConnections(), patience).unref();
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) void reply.header('Connection', 'close');
    done(null, payload);
  });
}
