import type { FastifyRequest } from 'fastify';

/** Somebody who is logged in. Never stored, logged or sent. */
export interface User {
  readonly id: string;
}

/** Knows who sends a request, and what that person may read. Implement it where people log in; the default knows nobody. */
export abstract class Identity {
  abstract whoIs(request: FastifyRequest): Promise<User | null>;

  /** Whether the user may read the item even if it is not public: as a contributor, or through a group. */
  abstract canRead(user: User, guid: string): Promise<boolean>;
}
