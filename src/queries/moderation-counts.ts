import { ApiProperty, OmitType } from '@nestjs/swagger';
import { RegistriesModerationSummary } from '../model/registries-moderation.js';

/** The moderation steps of one provider in a month, or in the whole range. */
export class ModerationCounts extends OmitType(RegistriesModerationSummary, ['provider_id'] as const) {}

export class MonthlyModerationCounts extends ModerationCounts {
  @ApiProperty({ description: 'The month', example: '2026-10' })
  month: string;
}

/** The moderation steps of one provider. */
export class ProviderModeration {
  @ApiProperty({ description: 'The steps of the whole range' })
  total: ModerationCounts;

  @ApiProperty({ type: [MonthlyModerationCounts], description: 'The months with steps, oldest first' })
  months: MonthlyModerationCounts[];
}
