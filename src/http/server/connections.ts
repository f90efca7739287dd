import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Configuration } from '../../config/configuration.js';
import { normalizeAddress } from '../../model/network-address.js';

const MAX_CONNECTIONS = 5_000;
/** A client that reads nothing for so long, although bytes wait for it, is disconnected. */
const MAX_READ_PAUSE_MILLISECONDS = 30_000;

/** How long connections may take for what, and how often that is checked. */
export const CONNECTION_TIMEOUTS = {
  /** Until the headers of a request are complete, also of a connection that sends nothing. */
  headersTimeout: 10_000,
  /** Until a request is complete. */
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  /** Until a connection without requests is closed. Longer than load balancers keep one, usually 60 seconds. */
  keepAliveTimeout: 72_000,
} as const;

/**
 * Limits connections in all and per address, and disconnects clients that do not read their responses. Behind proxies, the
 * limit per address is the proxies' task: all connections come from them.
 */
export function limitConnections(
  server: Server,
  { trustedProxies, connectionsPerClient }: Pick<Configuration, 'trustedProxies' | 'connectionsPerClient'>,
): void {
  server.maxConnections = MAX_CONNECTIONS;
  const countOfAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    const count = (countOfAddress.get(address) ?? 0) + 1;
    if (trustedProxies === 0 && count > connectionsPerClient) {
      socket.destroy();
      return;
    }
    countOfAddress.set(address, count);
    socket.once('close', () => {
      const others = (countOfAddress.get(address) ?? 1) - 1;
      if (others === 0) countOfAddress.delete(address);
      else countOfAddress.set(address, others);
    });
  });
  disconnectIdleReaders(server);
}

/** Node.js reports a connection on which nothing was sent or received for a time, also while a request is still running. */
function disconnectIdleReaders(server: Server): void {
  server.setTimeout(MAX_READ_PAUSE_MILLISECONDS);
  server.on('request', (_request, response) => {
    response.on('timeout', () => {
      const { socket } = response;
      if (socket && socket.writableLength > 0) socket.destroy();
    });
  });
}
