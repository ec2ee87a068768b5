import type { DetailsBlock, TextBlock } from './blocks.ts';
import { parseCommand } from './fence.ts';
import type { PredictOption, Proof } from './lesson.ts';
import { lessonError } from './lesson-error.ts';

const OPTION = /^- \*\*([a-g])\*\*\s+(.+)$/;
const PROOF = /^\s+- `([^`]+)`$/;
const ANSWER = /^\*\*([a-g])\*\*[.:]?\s*/;

/** The text under a predict fence: the question, then the options as a list with the proofs as a list in each. */
export function parseQuestion(file: string, block: TextBlock): { question: string; options: PredictOption[] } {
  const lines = block.text.split('\n');
  const first = lines.findIndex((line) => OPTION.test(line));
  if (first < 0) throw lessonError(file, block.line, 'a prediction needs options: - **a** text, and under it - `rmq-lab expect …`');
  const question = lines.slice(0, first).join('\n').trim();
  if (question === '') throw lessonError(file, block.line, 'a prediction needs a question before its options');
  const options: { key: string; line: number; text: string; proofs: Proof[] }[] = [];
  for (const [index, line] of lines.slice(first).entries()) {
    const at = block.line + first + index;
    const [, key, text] = OPTION.exec(line) ?? [];
    const [, proof] = PROOF.exec(line) ?? [];
    const current = options.at(-1);
    if (key !== undefined && text !== undefined) {
      if (options.some((option) => option.key === key)) throw lessonError(file, at, `there are two options ${key}`);
      options.push({ key, line: at, text: text.trim(), proofs: [] });
    } else if (proof !== undefined && current !== undefined) {
      current.proofs.push(parseProof(file, proof, at));
    } else if (/^\s+\S/.test(line) && current !== undefined && current.proofs.length === 0) {
      current.text += ` ${line.trim()}`;
    } else if (line.trim() !== '') {
      throw lessonError(
        file,
        at,
        `'${line.trim()}' is neither an option nor its proof; the answer in <details> comes right after the options`,
      );
    }
  }
  for (const option of options) {
    if (option.proofs.length === 0) throw lessonError(file, option.line, `option ${option.key} has no proof: - \`rmq-lab expect …\``);
  }
  if (options.length < 2) throw lessonError(file, block.line, 'a prediction needs at least two options');
  return { question, options };
}

/** The `<details>` after the options: the key in bold, then the explanation. */
export function parseAnswer(file: string, block: DetailsBlock, options: readonly PredictOption[]): { answer: string; explanation: string } {
  const [text, more] = block.blocks;
  if (text?.kind !== 'text' || more !== undefined) throw lessonError(file, block.line, 'the answer of a prediction is text only');
  const match = ANSWER.exec(text.text);
  if (match === null) throw lessonError(file, text.line, 'the answer begins with its key in bold: **b** because …');
  const answer = match[1] as string;
  if (!options.some((option) => option.key === answer)) {
    throw lessonError(file, text.line, `the answer ${answer} is not among the options ${options.map((option) => option.key).join(', ')}`);
  }
  const explanation = text.text.slice(match[0].length).trim();
  if (explanation === '') throw lessonError(file, text.line, 'the answer has no explanation');
  return { answer, explanation };
}

function parseProof(file: string, text: string, line: number): Proof {
  const [, exit] = /^exit (\d{1,3})$/.exec(text) ?? [];
  if (exit !== undefined) return { line, text, exit: Number(exit) };
  const command = parseCommand(file, text, line);
  if (command === undefined || command.argv[0] !== 'expect')
    throw lessonError(file, line, 'a proof is an rmq-lab expect command, or exit N');
  return command;
}
