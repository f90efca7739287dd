import { ItemTypeParameter, ProviderParameter, readItemTypes, readProviders } from './item-filters.js';
import { NodeAnalyticsQueryDto } from './node-analytics-query.dto.js';
import type { PlatformAnalyticsParameters } from './platform-analytics.query.js';

export class PlatformAnalyticsQueryDto extends NodeAnalyticsQueryDto {
  @ProviderParameter()
  provider?: string;

  @ItemTypeParameter()
  item_type?: string;

  override check(): void {
    super.check();
    readItemTypes(this.item_type);
  }

  toParameters(days: PlatformAnalyticsParameters['days'], forEditor: boolean): PlatformAnalyticsParameters {
    const [providers, itemTypes] = [readProviders(this.provider), readItemTypes(this.item_type)];
    return { days, listLength: this.listLength, providers, itemTypes, forEditor };
  }
}
