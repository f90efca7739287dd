import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Logs JSON lines, or readable text when the output is a terminal. */
export function createLogger(level: string): Logger {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, process.stdout.isTTY ? pretty({ colorize: true, ignore: 'pid,hostname' }) : createOutput());
}

/** Lines that wait while standard output fails. Beyond that, lines are lost. */
const WAITING_BYTES = 1024 * 1024;

/** Standard output, where a failed write, as on a full disk, does not end the service: the line is written with a later one. */
function createOutput(): DestinationStream {
  const output = pino.destination({ dest: process.stdout.fd, sync: true, maxLength: WAITING_BYTES });
  output.on('error', () => undefined);
  // Without flushSync, which pino calls after a fatal error and which never returns while writing fails.
  return { write: (line) => void output.write(line) };
}

/** In these contexts, Nest logs each module and route at startup. */
const NEST_CONTEXTS = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** Lets Nest log through pino. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    const level = context !== undefined && NEST_CONTEXTS.has(context) ? 'debug' : 'info';
    this.logger[level]({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  /** Nest passes a message and a stack, or an object with a message, and the context last. */
  error(message: unknown, ...details: string[]): void {
    const context = details.at(-1);
    if (typeof message === 'object' && message !== null) this.logger.error({ context, ...message }, details[0]);
    else this.logger.error({ context, stack: details.length > 1 ? details[0] : undefined }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
}
