/** Tags as they may be sent: a list, or one text with commas. Undefined for anything else. */
export function tagsOf(tags: unknown): readonly string[] | undefined {
  const list: unknown = typeof tags === 'string' ? tags.split(',') : tags;
  if (!Array.isArray(list) || !list.every((tag) => typeof tag === 'string')) return undefined;
  return list.map((tag) => tag.trim()).filter((tag) => tag !== '');
}
