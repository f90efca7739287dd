import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { ModerationController } from './moderation.controller.js';
import { ModerationTransitionsController } from './moderation-transitions.controller.js';

/** Records the moderation steps of registrations, and counts them by provider. */
@Module({
  imports: [AuthModule],
  controllers: [ModerationController, ModerationTransitionsController],
})
export class ModerationModule {}
