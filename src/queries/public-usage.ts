import { ApiProperty } from '@nestjs/swagger';

const count = { type: 'integer', minimum: 0 } as const;

export class PublicUsageCounts {
  @ApiProperty({ ...count, description: 'Views of items themselves' })
  view_count: number;

  @ApiProperty({ ...count, description: 'Distinct pairs of an item and a session-hour with a view of it' })
  view_session_count: number;

  @ApiProperty({ ...count, description: 'Downloads of items themselves' })
  download_count: number;

  @ApiProperty({ ...count, description: 'Distinct pairs of an item and a session-hour with a download of it' })
  download_session_count: number;

  @ApiProperty({ ...count, description: 'Distinct items that were viewed or downloaded' })
  item_count: number;
}

class PublicUsageOfPeriod extends PublicUsageCounts {
  @ApiProperty({ format: 'date', description: 'First day of the period' })
  date: string;
}

export class PublicUsageFigures {
  @ApiProperty({ type: PublicUsageCounts, description: 'Usage in the whole range' })
  total: PublicUsageCounts;

  @ApiProperty({
    type: [PublicUsageOfPeriod],
    required: false,
    description: 'Usage of each day, week or month in the range, oldest first; the first and the last may be cut off',
  })
  periods?: PublicUsageOfPeriod[];
}

/** The attributes of a resource: the usage of a group. */
export class PublicUsage extends PublicUsageFigures {
  @ApiProperty({ type: String, nullable: true, description: 'The title of the item; null for other groups' })
  title: string | null;

  @ApiProperty({ type: PublicUsageFigures, required: false, description: 'With `compare=previous`' })
  previous?: PublicUsageFigures;
}
