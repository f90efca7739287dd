import { applyDecorators } from '@nestjs/common';
import { Matches } from 'class-validator';
import { ParseWith, splitList } from './setting.js';

/** A list of origins. The port of an origin may be `*`. */
export function Origins(): PropertyDecorator {
  return applyDecorators(
    ParseWith(splitList),
    Matches(/^https?:\/\/[^/\s*]+(:\*)?$/, {
      each: true,
      message: 'must be origins such as https://example.org, without a path, separated by commas',
    }),
  );
}
