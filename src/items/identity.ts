import type { FastifyRequest } from 'fastify';

/** A logged-in user. The id is never stored, logged or sent. */
export interface User {
  readonly id: string;
}

/** Identifies the user of a request. Implement it for the system where users log in. */
export abstract class Identity {
  /** Null when the request is anonymous. */
  abstract findUser(request: FastifyRequest): Promise<User | null>;

  /**
   * Whether the user may read one of the items even if it is not public: as a contributor, or through a group.
   * @throws OsfUnavailableError when the permissions cannot be read now
   */
  abstract canRead(user: User, guids: readonly string[]): Promise<boolean>;
}
