import { createHash } from 'node:crypto';
import { type Block, type DetailsBlock, type FenceBlock, parseBlocks } from './blocks.ts';
import { type FenceInfo, parseCommands, parseFenceInfo } from './fence.ts';
import { parseFrontMatter } from './front-matter.ts';
import type { Action, CheckAction, Lesson, PredictAction, Solution, Step } from './lesson.ts';
import { lessonError } from './lesson-error.ts';
import { parseAnswer, parseQuestion } from './predict.ts';

/** Parses a lesson file. Every defect is a UsageError that begins with `file:line:`. */
export function parseLesson(file: string, text: string): Lesson {
  const lines = text.replace(/\r\n/g, '\n').split('\n');
  const { head, body, bodyLine } = parseFrontMatter(file, lines);
  const blocks = parseBlocks(file, body, bodyLine);
  const steps = parseSteps(file, withoutTitle(file, blocks, head.title));
  if (!steps.some((step) => step.action !== undefined))
    throw lessonError(file, bodyLine, 'the lesson does nothing: it has no executable fence');
  return { ...head, file, steps, hash: digest(JSON.stringify(steps.map((step) => essenceOf(step.action)))), textHash: digest(text) };
}

/** The first heading repeats the title for readers of the file; learners see the title already. */
function withoutTitle(file: string, blocks: readonly Block[], title: string): Block[] {
  const [first, ...rest] = blocks;
  const match = first?.kind === 'text' ? /^# (.+?)\s*(?:\n|$)/.exec(first.text) : null;
  if (first?.kind !== 'text' || match === null) throw lessonError(file, first?.line ?? 1, `the text begins with the heading # ${title}`);
  if (match[1] !== title) throw lessonError(file, first.line, `the heading is '${match[1] as string}' and the title '${title}'`);
  const remains = first.text.slice(match[0].length);
  const skipped = match[0].split('\n').length - 1 + (remains.length - remains.trimStart().length);
  return remains.trim() === '' ? rest : [{ ...first, line: first.line + skipped, text: remains.trim() }, ...rest];
}

function parseSteps(file: string, blocks: readonly Block[]): Step[] {
  const steps: Step[] = [];
  const checks = new Set<string>();
  const queue = [...blocks];
  while (queue.length > 0) {
    const text = queue[0]?.kind === 'text' ? queue.shift() : undefined;
    const words = text?.kind === 'text' ? text.text : '';
    const block = queue.shift();
    if (block === undefined) {
      steps.push({ line: text?.line ?? 1, text: words });
    } else if (block.kind === 'fence') {
      const action = parseAction(file, block, queue, checks);
      steps.push({ line: text?.line ?? block.line, text: words, action });
    } else {
      throw lessonError(file, block.line, 'a <details> belongs to a prediction (its answer) or to a check (hints, solution)');
    }
  }
  return steps;
}

/** Takes what belongs to the fence off the front of `queue`. */
function parseAction(file: string, fence: FenceBlock, queue: Block[], checks: Set<string>): Action {
  const info = parseFenceInfo(file, fence);
  const when = info.attributes.get('when');
  const gate = when === undefined ? {} : { when };
  switch (info.kind) {
    case 'run': {
      const lane = info.attributes.get('as');
      return { kind: 'run', ...parseCommands(file, fence, info), ...gate, ...(lane === undefined ? {} : { as: lane }) };
    }
    case 'stop': {
      if (fence.lines.some((line) => line.trim() !== '' && !line.trim().startsWith('#'))) {
        throw lessonError(file, fence.line, 'a stop fence holds comments only');
      }
      return { kind: 'stop', line: fence.line, lane: info.name as string };
    }
    case 'predict':
      return { ...parsePrediction(file, fence, info, queue), ...gate };
    case 'check':
      return { ...parseCheck(file, fence, info, queue, checks), ...gate };
    case 'solution':
      throw lessonError(file, fence.line, 'a solution stands in a <details> after its check');
  }
}

function parsePrediction(file: string, fence: FenceBlock, info: FenceInfo, queue: Block[]): PredictAction {
  const text = queue.shift();
  if (text?.kind !== 'text') throw lessonError(file, fence.line, 'a predict fence is followed by its question and options');
  const { question, options } = parseQuestion(file, text);
  const details = queue.shift();
  if (details?.kind !== 'details')
    throw lessonError(file, fence.line, 'the options of a prediction are followed by its answer in <details>');
  const commands = parseCommands(file, fence, info);
  const told = options.flatMap(({ proofs }) => proofs).find((proof) => 'exit' in proof);
  if (commands.fails !== undefined && told !== undefined)
    throw lessonError(file, told.line, 'where an option is proved by an exit code, the fence names it, too: exit=6 in place of fails');
  return { kind: 'predict', ...commands, question, options, ...parseAnswer(file, details, options) };
}

function parseCheck(file: string, fence: FenceBlock, info: FenceInfo, queue: Block[], checks: Set<string>): CheckAction {
  const id = info.attributes.get('id');
  if (id === undefined) throw lessonError(file, fence.line, 'a check has a name: {check id=NAME}');
  if (checks.has(id)) throw lessonError(file, fence.line, `there are two checks '${id}'`);
  checks.add(id);
  const hints: string[] = [];
  const solution: Solution[] = [];
  while (queue[0]?.kind === 'details') {
    const details = queue.shift() as DetailsBlock;
    const found = parseSolution(file, details, id);
    if (found.length > 0) solution.push(...found);
    else hints.push(...parseHints(file, details));
  }
  if (solution.length === 0) throw lessonError(file, fence.line, `the check '${id}' has no solution after it`);
  if (hints.length === 0) throw lessonError(file, fence.line, `the check '${id}' has no hints after it`);
  return { kind: 'check', id, ...parseCommands(file, fence, info), hints, solution };
}

function parseSolution(file: string, details: DetailsBlock, id: string): Solution[] {
  return details.blocks.flatMap((block) => {
    if (block.kind !== 'fence') return [];
    const info = parseFenceInfo(file, block);
    if (info.kind !== 'solution') throw lessonError(file, block.line, `a ${info.kind} fence cannot stand in <details>`);
    if (info.name !== id)
      throw lessonError(file, block.line, `this is the solution of '${info.name as string}', and the check before it is '${id}'`);
    const lane = info.attributes.get('as');
    return [{ ...parseCommands(file, block, info), ...(lane === undefined ? {} : { as: lane }) }];
  });
}

/** The entries of a numbered list, weakest hint first. */
function parseHints(file: string, details: DetailsBlock): string[] {
  const hints: string[] = [];
  for (const block of details.blocks) {
    for (const [index, line] of block.kind === 'text' ? block.text.split('\n').entries() : []) {
      const [, entry] = /^\d+\. (.+)$/.exec(line) ?? [];
      if (entry !== undefined) hints.push(entry.trim());
      else if (/^\s+\S/.test(line) && hints.length > 0) hints.push(`${hints.pop() as string} ${line.trim()}`);
      else if (line.trim() !== '') throw lessonError(file, block.line + index, 'hints are a numbered list: 1. text');
    }
  }
  if (hints.length === 0)
    throw lessonError(file, details.line, 'this <details> holds neither a {solution=…} fence nor a numbered list of hints');
  return hints;
}

/** What an action does, without its wording and its place in the file. */
function essenceOf(action: Action | undefined): unknown {
  if (action === undefined) return undefined;
  const keep = (key: string, value: unknown) => (['line', 'text', 'question', 'explanation', 'hints'].includes(key) ? undefined : value);
  return JSON.parse(JSON.stringify(action, keep));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
