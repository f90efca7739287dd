import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Configuration } from '../../config/configuration.js';
import { normalizeAddress } from '../../model/network-address.js';

const MAX_CONNECTIONS = 5_000;
const CHECK_INTERVAL_MILLISECONDS = 10_000;
/** A client that reads less of a response that waits for it is disconnected. */
const MIN_READ_BYTES_PER_CHECK = 1_024;
/** A slow moment is not a slow reader. */
const MAX_SLOW_CHECKS = 3;

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

interface Reader {
  readBytes: number;
  slowChecks: number;
}

/**
 * Limits connections in all and per address, and disconnects clients that do not read their responses. Behind proxies, the
 * limit per address is the proxies' task: all connections come from them.
 */
export function limitConnections(server: Server, { trustedProxies, connectionsPerClient }: Configuration): void {
  server.maxConnections = MAX_CONNECTIONS;
  const readers = new Map<Socket, Reader>();
  const countOfAddress = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    const count = (countOfAddress.get(address) ?? 0) + 1;
    if (trustedProxies === 0 && count > connectionsPerClient) {
      socket.destroy();
      return;
    }
    countOfAddress.set(address, count);
    readers.set(socket, { readBytes: 0, slowChecks: 0 });
    socket.once('close', () => {
      readers.delete(socket);
      const others = (countOfAddress.get(address) ?? 1) - 1;
      if (others === 0) countOfAddress.delete(address);
      else countOfAddress.set(address, others);
    });
  });
  const timer = setInterval(() => disconnectSlowReaders(readers), CHECK_INTERVAL_MILLISECONDS);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

function disconnectSlowReaders(readers: ReadonlyMap<Socket, Reader>): void {
  for (const [socket, reader] of readers) {
    const readBytes = socket.bytesWritten - socket.writableLength;
    const isSlow = socket.writableLength > 0 && readBytes - reader.readBytes < MIN_READ_BYTES_PER_CHECK;
    reader.slowChecks = isSlow ? reader.slowChecks + 1 : 0;
    reader.readBytes = readBytes;
    if (reader.slowChecks >= MAX_SLOW_CHECKS) socket.destroy();
  }
}
