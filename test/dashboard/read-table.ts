/** The rows of the table with the caption, as text. The first row has the headings. */
export function readTable(page: string, caption: string): string[][] {
  const table = page
    .split('<table')
    .find((each) => toText(/<caption[^>]*>([^]*?)<\/caption>/.exec(each)?.[1]) === caption);
  if (table === undefined) throw new Error(`there is no table "${caption}"`);
  const [body = ''] = table.split('</table>', 1);
  return body
    .split('<tr>')
    .slice(1)
    .map((row) => [...row.matchAll(/<t[hd]\b[^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) => toText(cell)));
}

/** The text of a piece of HTML, without what only screen readers read. */
function toText(piece = ''): string {
  return piece
    .replaceAll(/<span class="visually-hidden">[^]*?<\/span>/g, '')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
