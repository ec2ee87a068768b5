import { clearScreenDown, cursorTo, type Interface, moveCursor } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Prompter } from './commands/prompter.ts';

/** Asks yes or no on a terminal; no is the default, and what an interruption answers. */
export async function confirmOn(question: string, input: Readable, output: Writable, interrupted: AbortSignal): Promise<boolean> {
  const prompt = await createInquirer(input, output, interrupted);
  const { yes } = await prompt([{ type: 'confirm', name: 'yes', message: question, default: false }]).catch((cause: Error) => {
    if (isLeft(cause, interrupted)) return { yes: false };
    throw cause;
  });
  return yes;
}

/**
 * Asks on a terminal. It is in raw mode only while a question stands, so that Ctrl-C means what it always does while commands
 * run; what is typed ahead answers the next question.
 */
export function createPrompter(input: Readable, output: Writable, interrupted: AbortSignal): Prompter {
  const ahead: string[] = [];
  /** Whether Ctrl-D was typed ahead, after these lines. */
  let isOver = false;
  let begun = '';
  let standing: Interface | undefined;
  return {
    interject(write) {
      if (standing === undefined) return write();
      // the lines of a long input are several on the screen
      moveCursor(output, 0, -standing.getCursorPos().rows);
      cursorTo(output, 0);
      clearScreenDown(output);
      write();
      standing.prompt(true);
    },
    async ask(question, { history = [] } = {}) {
      const typed = ahead.shift();
      if (typed !== undefined) {
        output.write(`${question}${typed}\n`);
        return typed;
      }
      if (interrupted.aborted) return undefined;
      if (isOver) {
        output.write(`${question}\n`);
        return undefined;
      }
      const { createInterface } = await import('node:readline');
      const lines = createInterface({ input, output, terminal: true, history: [...history].reverse(), prompt: question });
      standing = lines;
      return new Promise((resolve) => {
        let answer: string | undefined;
        let ended = false;
        let isClosing = false;
        const end = () => {
          if (ended) return;
          ended = true;
          standing = undefined;
          // what came together with the line is read first: it may be further lines
          setImmediate(() => {
            begun = lines.line;
            isClosing = true;
            interrupted.removeEventListener('abort', end);
            input.removeListener('keypress', onKey);
            lines.close();
            input.pause();
            resolve(answer);
          });
        };
        lines.on('line', (line) => {
          if (ended) ahead.push(line);
          else answer = line;
          end();
        });
        // a Ctrl-D that was typed while no question stood is read as this: the terminal was not in raw mode then
        const onKey = (_: unknown, key: { readonly sequence?: string }) => {
          if (key.sequence === '\0' && lines.line.replaceAll('\0', '') === '') lines.close();
        };
        lines.on('SIGINT', () => {
          output.write('^C\n');
          void interruptThis(interrupted).then(end);
        });
        lines.on('close', () => {
          if (!ended) output.write('\n');
          else if (!isClosing) isOver = true;
          end();
        });
        input.on('keypress', onKey);
        interrupted.addEventListener('abort', end);
        lines.prompt();
        if (begun !== '') lines.write(begun);
        begun = '';
      });
    },
    async choose(question, choices) {
      const prompt = await createInquirer(input, output, interrupted);
      const offered = choices.map(({ name, hint }, value) => ({ name: hint === undefined ? name : `${name}  (${hint})`, value }));
      const asked = prompt([{ type: 'select', name: 'index', message: question, choices: offered }]);
      const { index } = await asked.catch(async (cause: Error) => {
        if (!isLeft(cause, interrupted)) throw cause;
        await interruptThis(interrupted);
        return { index: undefined };
      });
      return index;
    },
  };
}

async function createInquirer(input: Readable, output: Writable, signal: AbortSignal) {
  const { default: inquirer } = await import('inquirer');
  return inquirer.createPromptModule({ input: input as NodeJS.ReadStream, output: output as NodeJS.WriteStream, signal });
}

/** Whether a question ended because nobody wants to answer it. */
function isLeft(cause: Error, interrupted: AbortSignal): boolean {
  return interrupted.aborted || cause.name === 'ExitPromptError' || cause.name === 'AbortPromptError';
}

/** Ctrl-C came as a key, because the terminal was in raw mode: it is to do what it does otherwise. Resolves when it has. */
async function interruptThis(interrupted: AbortSignal): Promise<void> {
  if (interrupted.aborted) return;
  const heard = new Promise((resolve) => interrupted.addEventListener('abort', resolve, { once: true }));
  // a signal on its way does not keep the process alive
  const alive = setInterval(() => undefined, 1_000);
  process.kill(process.pid, 'SIGINT');
  await heard;
  clearInterval(alive);
}
