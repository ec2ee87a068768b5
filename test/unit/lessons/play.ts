import type { Lesson } from '../../../src/lessons/lesson.ts';
import { parseLesson } from '../../../src/lessons/parse.ts';
import type { Answer, Request, Shown } from '../../../src/lessons/request.ts';
import { type Played, playLesson } from '../../../src/lessons/run.ts';
import { createTinyBroker, type TinyBroker } from './tiny-broker.ts';

/** All that happened while a lesson was played. */
export interface Record {
  readonly played: Played;
  readonly requests: readonly Request[];
  readonly shown: readonly Shown[];
  /** The command lines run, joined by blanks. */
  readonly ran: readonly string[];
  /** The kinds of the questions, in order. */
  readonly asked: readonly string[];
  readonly broker: TinyBroker;
}

/** Plays a lesson on a broker in memory, with these lines typed; after the last the learner leaves. */
export function playWith(
  lesson: Lesson | string,
  typed: readonly string[],
  options: { auto?: boolean; from?: number; skipped?: number; version?: string; broker?: TinyBroker; ended?: boolean } = {},
): Record {
  const { auto = false, from = 0, skipped = 0, version = '4.0.5', broker = createTinyBroker(), ended = false } = options;
  const requests: Request[] = [];
  const lines = [...typed];
  const course = playLesson(typeof lesson === 'string' ? parseLesson('x.md', lesson) : lesson, { auto, from, skipped, version });
  let next = course.next();
  while (!next.done) {
    requests.push(next.value);
    next = course.next(answerTo(next.value, broker, lines, ended));
  }
  return {
    played: next.value,
    requests,
    broker,
    shown: requests.flatMap((request) => (request.do === 'show' ? [request.what] : [])),
    ran: requests.flatMap((request) => (request.do === 'run' ? [request.argv.join(' ')] : [])),
    asked: requests.flatMap((request) => (request.do === 'ask' ? [request.question.kind] : [])),
  };
}

function answerTo(request: Request, broker: TinyBroker, lines: string[], ended: boolean): Answer {
  switch (request.do) {
    case 'run':
      return { ran: broker.run(request.argv) };
    case 'ask':
      return { line: lines.shift() };
    case 'glance':
      return { ended };
    case 'stop':
      return { ran: { exitCode: 130, stdout: '', stderr: '' } };
    case 'clear':
      broker.queues.clear();
      return undefined;
    default:
      return undefined;
  }
}
