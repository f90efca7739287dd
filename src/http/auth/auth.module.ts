import { Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.service.js';

/** Provides the API keys. A module whose controllers use `@RequireScope` imports it. */
@Module({ providers: [ApiKeys], exports: [ApiKeys] })
export class AuthModule {}
