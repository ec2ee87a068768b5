/** Breaks a line at blanks; what is longer without a blank stays. The parts after the first are indented as far as the first, and by `hang`. */
export function wrapLine(line: string, columns: number, hang = 2): string[] {
  const indent = ' '.repeat((/^ */.exec(line)?.[0].length ?? 0) + hang);
  const parts: string[] = [];
  let rest = line;
  for (;;) {
    const start = parts.length === 0 ? indent.length - hang : indent.length;
    const at = rest.lastIndexOf(' ', columns);
    const cut = at > start ? at : rest.indexOf(' ', Math.max(columns, start));
    if (rest.length <= columns || cut < 0) return [...parts, rest];
    parts.push(rest.slice(0, cut).trimEnd());
    rest = indent + rest.slice(cut + 1).trimStart();
  }
}

/** The same for a text of several lines. */
export function wrapText(text: string, columns: number, hang = 2): string {
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns, hang))
    .join('\n');
}
