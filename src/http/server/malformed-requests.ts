import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ErrorDocument } from '../json-api/api-error.js';
import { JSON_API } from '../json-api/protocol.js';

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Responds to input that Node.js rejects: headers that are too large or too slow, or that are not HTTP. */
export function rejectMalformedRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_OF_CODE[error.code ?? ''] ?? 400;
  const title = STATUS_CODES[status] ?? 'Error';
  const document: ErrorDocument = { errors: [{ status: String(status), title }] };
  const body = JSON.stringify(document);
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `Content-Type: ${JSON_API}`,
    `Content-Length: ${body.length}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
