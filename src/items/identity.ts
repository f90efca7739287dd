import type { FastifyRequest } from 'fastify';

/** Somebody who is logged in. Never stored, logged or sent. */
export interface User {
  readonly id: string;
}

/** Knows who sends a request, and what that person may read. Implement it where people log in. */
export abstract class Identity {
  abstract findUser(request: FastifyRequest): Promise<User | null>;

  /**
   * Whether the user may read one of the items even if it is not public: as a contributor, or through a group.
   * @throws OsfUnavailableError when that cannot be known now
   */
  abstract canRead(user: User, guids: readonly string[]): Promise<boolean>;
}
