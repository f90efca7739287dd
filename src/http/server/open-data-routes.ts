import compress, { type FastifyCompressOptions } from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** The configuration of routes whose responses anyone may read, also from pages of other origins. */
export interface OpenDataRoute {
  /** Pages of any origin may read the response, but without the visitor's credentials. Large responses are compressed. */
  readonly isOpenData?: boolean;
}

/** The configuration of routes whose large responses are compressed. */
export interface CompressedRoute {
  readonly isCompressed?: boolean;
}

/** Slower encodings would delay reports for no use: they are read by programs. */
const COMPRESSION = { encodings: ['gzip', 'identity'] } satisfies FastifyCompressOptions;

/** Lets pages of any origin read the responses of open data routes, and compresses them and other large responses. */
export async function serveOpenData(fastify: FastifyInstance): Promise<void> {
  fastify.addHook('onRoute', (route) => {
    const { isOpenData, isCompressed } = (route.config ?? {}) as OpenDataRoute & CompressedRoute;
    route.compress = isOpenData || isCompressed ? COMPRESSION : false;
    if (!isOpenData) return;
    route.onSend = [
      ...[route.onSend ?? []].flat(),
      (_request, reply, payload, done) => {
        void reply.header('Access-Control-Allow-Origin', '*').removeHeader('Access-Control-Allow-Credentials');
        done(null, payload);
      },
    ];
  });
  await fastify.register(compress, { global: false });
}
