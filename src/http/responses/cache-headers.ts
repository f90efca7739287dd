import { Header } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

export const PUBLIC_MAX_AGE_SECONDS = 60;

/** Caches may store a public response for one minute, and never store a private one. */
export type Visibility = 'public' | 'private';

const CACHE_CONTROL: Record<Visibility, string> = {
  public: `public, max-age=${PUBLIC_MAX_AGE_SECONDS}`,
  private: 'private, no-store',
};

/** Sets `Cache-Control` for a route whose responses are all public or all private. */
export function CacheControl(visibility: Visibility): MethodDecorator {
  return Header('Cache-Control', CACHE_CONTROL[visibility]);
}

/** As `CacheControl`, for one response, where its content decides. */
export function setCacheControl(reply: FastifyReply, isPublic: boolean): void {
  void reply.header('Cache-Control', CACHE_CONTROL[isPublic ? 'public' : 'private']);
}

/** Adds a request header to `Vary`. */
export function addVary(reply: FastifyReply, header: string): void {
  void reply.header('Vary', [reply.getHeader('Vary'), header].filter(Boolean).join(', '));
}
