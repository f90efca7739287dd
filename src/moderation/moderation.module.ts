import { Module } from '@nestjs/common';
import { AuthModule } from '../http/auth/auth.module.js';
import { RegistriesModerationController } from './moderation.controller.js';
import { ModerationExportController } from './moderation-export.controller.js';
import { ModerationTransitionsController } from './moderation-transitions.controller.js';

/** Records and counts the steps of registrations through moderation. */
@Module({
  imports: [AuthModule],
  controllers: [RegistriesModerationController, ModerationExportController, ModerationTransitionsController],
})
export class ModerationModule {}
