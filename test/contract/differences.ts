import { DEAD_LETTER_DIFFERENCES } from './differences/dead-letter.ts';
import { ERROR_DIFFERENCES } from './differences/errors.ts';
import { MANAGEMENT_DIFFERENCES } from './differences/management.ts';
import { QUORUM_DIFFERENCES } from './differences/quorum.ts';
import { SEMANTIC_DIFFERENCES } from './differences/semantics.ts';
import { STREAM_DIFFERENCES } from './differences/streams.ts';

/** Where a broker answers otherwise than the test says, whose words are RabbitMQ 4.3's. */
export interface Difference {
  /** `FOLDER/GROUP/NAME` of the test; with `*` as the name every test of the group without a row of its own. */
  readonly test: string;
  /** The versions or the names of the brokers. */
  readonly on: readonly string[];
  /** For people: stands in docs/lab-broker.md. */
  readonly why: string;
  /** What stands in the place of the test's own expectation. */
  readonly expect?: unknown;
  /** Or only other words in its texts. */
  readonly reword?: readonly [from: RegExp, to: string];
}

interface Broker {
  readonly name: string;
  readonly version: string;
}

/** All that is known: docs/lab-broker.md is made from it. */
export const DIFFERENCES: readonly Difference[] = [
  ...ERROR_DIFFERENCES,
  ...SEMANTIC_DIFFERENCES,
  ...DEAD_LETTER_DIFFERENCES,
  ...QUORUM_DIFFERENCES,
  ...STREAM_DIFFERENCES,
  ...MANAGEMENT_DIFFERENCES,
];

/** The differences of single tests below a path. */
export function differencesOf(path: string): readonly string[] {
  return DIFFERENCES.filter(({ test }) => test.startsWith(`${path}/`) && !test.endsWith('/*')).map(({ test }) => test);
}

/** What a test expects of a broker. */
export function expectedOn<T>(broker: Broker, test: string, expected: T): T {
  const here = DIFFERENCES.filter(({ on }) => on.includes(broker.name) || on.includes(broker.version));
  const found = here.find((row) => row.test === test) ?? here.find((row) => row.test === test.replace(/[^/]*$/, '*'));
  if (found === undefined) return expected;
  return found.reword === undefined ? (found.expect as T) : (reword(expected, found.reword) as T);
}

function reword(value: unknown, words: readonly [RegExp, string]): unknown {
  if (typeof value === 'string') return value.replace(...words);
  if (Array.isArray(value)) return value.map((item) => reword(item, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, reword(item, words)]));
}
