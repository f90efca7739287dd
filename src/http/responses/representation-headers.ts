import type { FastifyReply } from 'fastify';
import { addVary } from './cache-headers.js';
import { fileExtension, MEDIA_TYPES, type Representation } from './content-negotiation.js';

/**
 * Sets the headers of a representation. Any other than the JSON:API document is a file to download.
 * @param fileName without an extension
 */
export function setRepresentationHeaders(reply: FastifyReply, representation: Representation, fileName: string): void {
  void reply.header('Content-Type', `${MEDIA_TYPES[representation]}; charset=utf-8`);
  addVary(reply, 'Accept');
  if (representation === 'json:api') return;
  void reply.header('Content-Disposition', `attachment; filename="${fileName}.${fileExtension(representation)}"`);
}
