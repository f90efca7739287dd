import { Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.service.js';

/** Provides the API keys. Modules whose controllers use `@RequireScope` import it. */
@Module({ providers: [ApiKeys], exports: [ApiKeys] })
export class AuthModule {}
