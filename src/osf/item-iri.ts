/** An item's IRI where nobody says otherwise: its guid under the platform's. */
export function itemIri(platformIri: string, guid: string): string {
  return `${platformIri.replace(/\/*$/, '/')}${guid}`;
}
