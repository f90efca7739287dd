import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that stands for the OSF's API: it knows people by their tokens and sessions. */
export class TestOsfApi {
  /** The headers of every request. */
  readonly asked: IncomingHttpHeaders[] = [];
  private readonly people = new Map<string, string>();

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<TestOsfApi> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = new TestOsfApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v2/`, server);
    server.on('request', ({ headers }, response) => {
      api.asked.push(headers);
      if (api.answers === undefined) api.sayWhoAsks(headers, response);
      else api.answers(response);
    });
    return api;
  }

  /** In place of its usual answer; undefined: as usual. */
  answers: ((response: ServerResponse) => void) | undefined;

  /** Lets somebody be known by a token and by a session, both of this name. */
  knows(credential: string, userGuid: string): void {
    this.people.set(credential, userGuid);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private sayWhoAsks({ authorization, cookie }: IncomingHttpHeaders, response: ServerResponse): void {
    const credential = authorization?.replace('Bearer ', '') ?? cookie?.replace('osf=', '');
    const user = this.people.get(credential ?? '');
    response.setHeader('Content-Type', 'application/vnd.api+json');
    if (user === undefined && authorization !== undefined) response.writeHead(401);
    response.end(JSON.stringify(rootDocument(user)));
  }
}

/** As the OSF's API writes it, shortened. */
export function rootDocument(userGuid: string | undefined): object {
  const user = { id: userGuid, type: 'users', attributes: { full_name: 'Ada Lovelace' } };
  return {
    meta: {
      message: 'Welcome to the OSF API.',
      version: '2.0',
      current_user: userGuid === undefined ? null : { data: user },
      active_flags: [],
    },
    links: { nodes: 'https://api.osf.io/v2/nodes/' },
  };
}
