/** The words of a routing key or a pattern. Dots separate them, so a word may be empty; the empty text has none. */
export function topicWords(text: string): string[] {
  return text === '' ? [] : text.split('.');
}

/**
 * Whether a topic binding's pattern takes a routing key: `*` stands for exactly one word, `#` for any number of them, none included,
 * and both only as whole words (`a*` is a word like any other). The rule itself, without an index.
 */
export function matchTopic(pattern: string, key: string): boolean {
  const words = topicWords(key);
  // How many words of the key the pattern may have used up so far. A set, so that no pattern makes it try a way twice.
  let used = new Set([0]);
  for (const wanted of topicWords(pattern)) {
    const next = new Set<number>();
    if (wanted === '#') {
      for (let count = Math.min(...used); count <= words.length; count++) next.add(count);
    } else {
      for (const count of used) {
        if (count < words.length && (wanted === '*' || wanted === words[count])) next.add(count + 1);
      }
    }
    used = next;
  }
  return used.has(words.length);
}
