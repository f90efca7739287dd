import { type CallHandler, type ExecutionContext, type NestInterceptor, UseInterceptors } from '@nestjs/common';
import { type Observable, throwError, timeout } from 'rxjs';
import { serviceUnavailable } from '../json-api/api-error.js';

/** Default read timeout. */
const READ_TIMEOUT_MILLISECONDS = 30_000;

/** Returns 503 when a route, or any route of a controller, does not start its response in time. */
export function RequestTimeout(milliseconds = READ_TIMEOUT_MILLISECONDS): MethodDecorator & ClassDecorator {
  return UseInterceptors(new TimeoutInterceptor(milliseconds));
}

class TimeoutInterceptor implements NestInterceptor {
  constructor(private readonly milliseconds: number) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const timedOut = (): Observable<never> =>
      throwError(() => serviceUnavailable('the store does not respond in time; try again'));
    return next.handle().pipe(timeout({ first: this.milliseconds, with: timedOut }));
  }
}
