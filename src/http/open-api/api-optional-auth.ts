import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiSecurity } from '@nestjs/swagger';

/** Documents that a route answers anonymous requests too, and that credentials may give access to more. */
export function ApiOptionalAuth(): MethodDecorator {
  return applyDecorators(ApiSecurity({}), ApiBearerAuth());
}
