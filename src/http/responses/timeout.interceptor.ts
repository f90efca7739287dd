import { type CallHandler, type ExecutionContext, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { type Observable, throwError, timeout } from 'rxjs';
import { unavailable } from '../json-api/api-error.js';

/** How long whoever reads waits for the store. */
export const READING_MILLISECONDS = 30_000;

/** Answers 503 when a route, or any route of a controller, takes longer to begin its answer: the store is too slow. */
export function RequestTimeout(milliseconds: number): MethodDecorator & ClassDecorator {
  return UseInterceptors(new TimeLimit(milliseconds));
}

class TimeLimit implements NestInterceptor {
  constructor(private readonly milliseconds: number) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const tooSlow = (): Observable<never> => throwError(() => unavailable('the store does not answer in time'));
    return next.handle().pipe(timeout({ first: this.milliseconds, with: tooSlow }));
  }
}
