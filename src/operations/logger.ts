import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Logs as lines of JSON, or for people when the output is a terminal. */
export function createLogger(level: string): Logger {
  const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime };
  return process.stdout.isTTY ? pino(options, pretty({ colorize: true, ignore: 'pid,hostname' })) : pino(options);
}

/** Nest's logger, over the one of the service. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    // Nest tells of every module and route that it sets up.
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  /** As Nest calls it: with a stack, with an object that is to be logged, or with a context alone. */
  error(message: unknown, ...details: string[]): void {
    const context = details.at(-1);
    if (typeof message === 'object' && message !== null) this.logger.error({ context, ...message }, details[0]);
    else this.logger.error({ context, stack: details.length > 1 ? details[0] : undefined }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }
}
