/** The names of the OSF's own reporters, as its commands take them, and the ids that they have here. */
const ID_OF_OSF_NAME: Readonly<Record<string, string>> = {
  institutional_summary: 'institution_summary_monthly',
  item_usage: 'public_item_usage',
  new_user_domain: 'new_user_domains',
  node_count: 'node_summary',
  preprint_count: 'preprint_summary',
  spam_count: 'spam_summary',
  user_count: 'user_summary',
};

/**
 * Finds a reporter by its id, or by the name of the OSF's own reporter for the same reports. Case does not matter, and a
 * name may have dashes instead of underscores.
 */
export function findByName<R extends { readonly id: string }>(reporters: readonly R[], name: string): R | undefined {
  const id = name.toLowerCase().replaceAll('-', '_');
  const find = (wanted: string | undefined): R | undefined => reporters.find((reporter) => reporter.id === wanted);
  return find(id) ?? find(ID_OF_OSF_NAME[id]);
}
