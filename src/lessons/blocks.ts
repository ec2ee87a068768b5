import { lessonError } from './lesson-error.ts';

/** Markdown that is only read. */
export interface TextBlock {
  readonly kind: 'text';
  readonly line: number;
  readonly text: string;
}

/** A fence with braces after its language: something is done with it. */
export interface FenceBlock {
  readonly kind: 'fence';
  readonly line: number;
  /** What stands after the backticks, e.g. `sh {run}`. */
  readonly info: string;
  readonly lines: readonly string[];
}

/** What stands between `<details>` and `</details>`, without the summary. */
export interface DetailsBlock {
  readonly kind: 'details';
  readonly line: number;
  readonly blocks: readonly Block[];
}

export type Block = TextBlock | FenceBlock | DetailsBlock;

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/;

/** Splits Markdown into text, executable fences and details. `line` is the number of the first of `lines` in its file. */
export function parseBlocks(file: string, lines: readonly string[], line: number): Block[] {
  const blocks: Block[] = [];
  let text: string[] = [];
  let textStart = 0;
  const add = (content: readonly string[], at: number) => {
    if (text.length === 0) textStart = at;
    text.push(...content);
  };
  const flush = () => {
    const words = text.join('\n').trim();
    const blank = text.findIndex((part) => part.trim() !== '');
    if (words !== '') blocks.push({ kind: 'text', line: line + textStart + Math.max(blank, 0), text: words });
    text = [];
  };

  for (let at = 0; at < lines.length; at += 1) {
    const current = lines[at] as string;
    const fence = FENCE.exec(current);
    if (fence !== null) {
      const end = fenceEnd(file, lines, at, line, fence[2] as string);
      const info = fence[3] as string;
      if (!info.includes('{')) {
        add(lines.slice(at, end + 1), at);
      } else {
        if (fence[1] !== '') throw lessonError(file, line + at, 'an executable fence must begin in the first column');
        flush();
        blocks.push({ kind: 'fence', line: line + at, info, lines: lines.slice(at + 1, end) });
      }
      at = end;
    } else if (/^\s*<details\b/.test(current)) {
      flush();
      const end = detailsEnd(file, lines, at, line);
      const inside = withoutSummary(file, lines.slice(at + 1, end), line + at + 1);
      blocks.push({ kind: 'details', line: line + at, blocks: parseBlocks(file, inside, line + at + 1) });
      at = end;
    } else if (/^\s*<\/details>/.test(current)) {
      throw lessonError(file, line + at, '</details> closes nothing');
    } else {
      add([current], at);
    }
  }
  flush();
  return blocks;
}

function fenceEnd(file: string, lines: readonly string[], start: number, line: number, marker: string): number {
  const closing = new RegExp(`^\\s*${marker[0] as string}{${marker.length},}\\s*$`);
  const end = lines.findIndex((text, index) => index > start && closing.test(text));
  if (end < 0) throw lessonError(file, line + start, `the fence opened by ${marker} is not closed`);
  return end;
}

function detailsEnd(file: string, lines: readonly string[], start: number, line: number): number {
  if ((lines[start] as string).trim() !== '<details>') throw lessonError(file, line + start, '<details> must stand alone on its line');
  for (let at = start + 1; at < lines.length; at += 1) {
    const text = (lines[at] as string).trim();
    if (text === '</details>') return at;
    if (text.startsWith('<details')) throw lessonError(file, line + at, 'a <details> inside another');
  }
  throw lessonError(file, line + start, '<details> is not closed by a line </details>');
}

/** The lines with the summary blanked, so that line numbers stay what they are. */
function withoutSummary(file: string, lines: readonly string[], line: number): string[] {
  const at = lines.findIndex((text) => text.trim() !== '');
  if (at < 0 || !/^<summary>.+<\/summary>$/.test((lines[at] as string).trim())) {
    throw lessonError(file, line, 'after <details> comes one line <summary>…</summary>');
  }
  return lines.map((text, index) => (index === at ? '' : text));
}
