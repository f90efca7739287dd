import { type BodyResource, JsonApiBodyPipe } from '../http/json-api/json-api-body.pipe.js';
import { validate, type Validated } from '../http/json-api/validate.js';
import { Item } from '../model/item.js';

/** Reads an item. Its guid is in the path, in its attributes or in the id of the resource; two of them must not differ. */
export class ItemPipe extends JsonApiBodyPipe<Item> {
  protected read({ attributes, pointer, id, params }: BodyResource): Validated<Item> {
    if (typeof attributes !== 'object') return validate(Item, attributes, pointer);
    const guids = [params?.['guid'], (attributes as { guid?: unknown } | null)?.guid, id];
    const [guid, ...others] = new Set(guids.filter((each) => each !== undefined));
    if (others.length > 0) {
      const detail = `the request also contains another guid: ${JSON.stringify(others[0])}`;
      return { problems: [{ detail, source: { pointer: `${pointer}/guid` } }] };
    }
    return validate(Item, { ...attributes, guid }, pointer);
  }
}
