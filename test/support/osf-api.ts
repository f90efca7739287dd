import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A fake of the OSF's API that identifies users by tokens and session cookies. */
export class TestOsfApi {
  /** The headers of every request so far. */
  readonly requests: IncomingHttpHeaders[] = [];
  private readonly users = new Map<string, string>();

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
      api.requests.push(headers);
      if (api.respond === undefined) api.sendCurrentUser(headers, response);
      else api.respond(response);
    });
    return api;
  }

  /** Replaces the usual response. */
  respond: ((response: ServerResponse) => void) | undefined;

  /** Accepts the credential as a token and as a session cookie of the user. */
  addUser(credential: string, userGuid: string): void {
    this.users.set(credential, userGuid);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private sendCurrentUser({ authorization, cookie }: IncomingHttpHeaders, response: ServerResponse): void {
    const credential = authorization?.replace('Bearer ', '') ?? cookie?.replace('osf=', '');
    const user = this.users.get(credential ?? '');
    response.setHeader('Content-Type', 'application/vnd.api+json');
    if (user === undefined && authorization !== undefined) response.writeHead(401);
    response.end(JSON.stringify(rootDocument(user)));
  }
}

/** The root document of the OSF's API, shortened. */
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
