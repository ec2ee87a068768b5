import { createStyle } from './style.ts';

/** How Markdown may look. */
export interface MarkdownDisplay {
  readonly color: boolean;
  readonly ascii: boolean;
  /** Paragraphs are wrapped so that no line is longer, unless a single word is. */
  readonly columns: number;
}

type Style = ReturnType<typeof createStyle>;

const BULLET = /^(\s*)([-*]|\d+\.)\s+(.*)$/;
const TOKENS = /(`[^`]+`)|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^)\s]+)\)|<(https?:[^>\s]+)>/g;

/** Renders the Markdown that lessons use for a terminal: headings, paragraphs, lists, quotes, code, bold, emphasis, links, tables. */
export function markdownView(markdown: string, display: MarkdownDisplay): string {
  const style = createStyle(display.color);
  const blocks = splitBlocks((display.ascii ? toAscii(markdown) : markdown).split('\n'));
  return blocks.map((block) => blockView(block, display, style)).join('\n\n');
}

/** Typographic characters as ASCII; everything else stays. */
export function toAscii(text: string): string {
  return text.replace(/[‘’“”–—…→←×≥≤•✔✘─━│▶]/g, (character) => PLAIN[character] ?? character);
}

const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '--',
  '…': '...',
  '→': '->',
  '←': '<-',
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
  '•': '*',
  '✔': 'ok',
  '✘': 'no',
  '─': '-',
  '━': '=',
  '│': '|',
  '▶': '>',
};

/** Groups lines: a block ends at a blank line, a heading stands alone, a fence runs to its end. */
function splitBlocks(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let block: string[] = [];
  let fenced = false;
  const flush = () => {
    if (block.length > 0) blocks.push(block);
    block = [];
  };
  for (const line of lines) {
    if (/^\s*```/.test(line)) {
      if (!fenced) flush();
      block.push(line);
      if (fenced) flush();
      fenced = !fenced;
    } else if (fenced) {
      block.push(line);
    } else if (line.trim() === '') {
      flush();
    } else if (/^#{1,6} /.test(line)) {
      flush();
      blocks.push([line]);
    } else {
      block.push(line);
    }
  }
  flush();
  return blocks;
}

function blockView(block: readonly string[], display: MarkdownDisplay, style: Style): string {
  const [first = ''] = block;
  if (first.trimStart().startsWith('```'))
    return block
      .slice(1, -1)
      .map((line) => `    ${style.cyan(line)}`)
      .join('\n');
  if (/^#{1,6} /.test(first)) return headingView(first.replace(/^#+ /, ''), display, style);
  if (first.startsWith('|')) return tableView(block, style);
  if (BULLET.test(first)) return listView(block, display, style);
  if (first.startsWith('>')) {
    const bar = display.ascii ? '| ' : '│ ';
    return wrap(block.map((line) => line.replace(/^>\s?/, '')).join(' '), display.columns - 2, style)
      .map((line) => style.dim(bar) + line)
      .join('\n');
  }
  return wrap(block.join(' '), display.columns, style).join('\n');
}

/** Without colour a heading is underlined by a line of its own, to be told from a short paragraph. */
function headingView(text: string, { color, ascii }: MarkdownDisplay, style: Style): string {
  const title = inline(text, style);
  return color ? style.bold.underline(title) : `${title}\n${(ascii ? '-' : '─').repeat(plainLength(text))}`;
}

function listView(block: readonly string[], display: MarkdownDisplay, style: Style): string {
  const items: { indent: number; mark: string; text: string }[] = [];
  for (const line of block) {
    const [, indent = '', mark = '', text = ''] = BULLET.exec(line) ?? [];
    const last = items.at(-1);
    if (mark !== '') items.push({ indent: indent.length, mark: /\d/.test(mark) ? mark : display.ascii ? '*' : '•', text });
    else if (last !== undefined) last.text += ` ${line.trim()}`;
  }
  return items
    .map(({ indent, mark, text }) => {
      const lead = `${' '.repeat(indent)}${mark} `;
      const lines = wrap(text, display.columns - lead.length, style);
      return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line).join('\n');
    })
    .join('\n');
}

function tableView(block: readonly string[], style: Style): string {
  const rows = block
    .filter((line) => !/^\|[\s:|-]+\|$/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => plainLength(row[column] ?? ''))));
  return rows
    .map((row, index) => {
      const cells = row.map((cell, column) => inline(cell, style) + ' '.repeat((widths[column] ?? 0) - plainLength(cell)));
      const line = `  ${cells.join('  ').trimEnd()}`;
      return index === 0 ? style.bold(line) : line;
    })
    .join('\n');
}

/** Breaks a paragraph into lines. A code span is never broken inside; marks that are not shown take no room. */
function wrap(text: string, columns: number, style: Style): string[] {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (const word of wordsOf(text)) {
    const width = plainLength(word);
    if (length > 0 && length + 1 + width > columns) {
      lines.push(line);
      line = '';
      length = 0;
    }
    line += (length > 0 ? ' ' : '') + inline(word, style);
    length += (length > 0 ? 1 : 0) + width;
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** The words of a paragraph; what stands in marks is cut at its blanks with the marks around each part, code is not cut. */
function wordsOf(text: string): string[] {
  const parts = text.replace(TOKENS, (token, code, bold, emphasis, label, address, bare) => {
    if (code !== undefined) return token.replace(/ /g, '\u0000');
    if (bold !== undefined) return spread(bold, (word) => `**${word}**`);
    if (emphasis !== undefined) return spread(emphasis, (word) => `*${word}*`);
    if (bare !== undefined) return bare;
    return label === address ? address : `${label} (${address})`;
  });
  return parts
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replaceAll('\u0000', ' '));
}

function spread(text: string, mark: (word: string) => string): string {
  return text.split(/\s+/).map(mark).join(' ');
}

function inline(text: string, style: Style): string {
  return text.replace(TOKENS, (token, code, bold, emphasis) => {
    if (code !== undefined) return style.cyan(code.slice(1, -1));
    if (bold !== undefined) return style.bold(withoutTicks(bold));
    return emphasis === undefined ? token : style.italic(withoutTicks(emphasis));
  });
}

function plainLength(text: string): number {
  return text.replace(TOKENS, (token, code, bold, emphasis) =>
    code === undefined ? withoutTicks(bold ?? emphasis ?? token) : code.slice(1, -1),
  ).length;
}

/** Code inside bold is shown bold. */
function withoutTicks(text: string): string {
  return text.replaceAll('`', '');
}
