import { badRequestParameter } from '../http/json-api/api-error.js';
import { TextParameter } from '../http/json-api/query-parameter.decorators.js';
import { ITEM_TYPES, type ItemType } from '../model/counted-auth-usage.js';

/** The query parameter `provider`: see `readProviders`. */
export function ProviderParameter(): PropertyDecorator {
  return TextParameter('Only items of these providers: ids, separated by commas');
}

/** The query parameter `item_type`: see `readItemTypes`. */
export function ItemTypeParameter(): PropertyDecorator {
  return TextParameter(`Only items of these types, separated by commas: ${ITEM_TYPES.join(', ')}`);
}

export function readProviders(text: string | undefined): string[] | undefined {
  const values = text?.split(',').filter((value) => value !== '');
  return values && values.length > 0 ? [...new Set(values)] : undefined;
}

/** @throws ApiError 400 for an unknown type */
export function readItemTypes(text: string | undefined): ItemType[] | undefined {
  const types = readProviders(text);
  const unknown = types?.find((type) => !(ITEM_TYPES as readonly string[]).includes(type));
  if (unknown === undefined) return types as ItemType[] | undefined;
  throw badRequestParameter('item_type', `has the unknown type "${unknown}": use ${ITEM_TYPES.join(', ')}`);
}
