import { validateSync } from 'class-validator';
import { IsWebUrl } from './is-web-url.js';

class Page {
  @IsWebUrl()
  url: unknown;
}

function isValid(url: unknown): boolean {
  return validateSync(Object.assign(new Page(), { url })).length === 0;
}

describe('IsWebUrl', () => {
  it.each(['https://osf.io/abc12', 'HTTP://localhost:4200/?x#y', 'http://[::1]/', 'https://bücher.example/é'])(
    'accepts %s, also after many calls',
    (url) => {
      const flat = JSON.parse(JSON.stringify(url)) as string;
      for (let times = 0; times < 5_000; times += 1) expect([times, isValid(flat)]).toEqual([times, true]);
    },
  );

  it.each(['', 'osf.io', '/abc12', 'ftp://osf.io/', 'javascript:alert(1)', 'https://', 'http://a b/', 5, null])(
    'rejects %p',
    (url) => expect(isValid(url)).toBe(false),
  );
});
