import type { FastifyReply } from 'fastify';

/** Tells caches that the answer depends on a header of the request, beside those that they were told of before. */
export function addVary(reply: FastifyReply, header: string): void {
  void reply.header('Vary', [reply.getHeader('Vary'), header].filter(Boolean).join(', '));
}
