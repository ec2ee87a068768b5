// Reads the logs of scripts/suites/run, compares the failures with known.tsv, and prints the outcome.
//
//   node report.js FOLDER BROKER VERSION [--json]
//
// FOLDER holds suites.tsv (suite, exit code, milliseconds), a SUITE.log each, and a SUITE.broker where the lab broker ended
// badly. BROKER is what known.tsv calls it, VERSION its full version (empty for the lab broker). Exit 1 if something failed
// that known.tsv does not list for this broker, or did not fail though it is listed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, broker, version, form] = process.argv.slice(2);
const MESSAGE_LENGTH = 300;
const TIMED_OUT = 124; // what timeout exits with

/** Each form of log, as a generator of results: {test, outcome: 'passed' | 'failed' | 'skipped', message?}. */
const parsers = { amqplib: mochaResults, amqp091: goResults, streadway: goResults, pika: tapResults, 'amqp-tools': tapResults };

/** Mocha's reporter json-stream: a JSON array per line, ["pass" | "fail", {…}], and ["end", {…}] as the last. */
function* mochaResults(log) {
  const events = log.filter((line) => /^\["(pass|fail|end)"/.test(line)).map((line) => JSON.parse(line));
  for (const [event, { fullTitle, err }] of events)
    if (event !== 'end') yield { test: fullTitle, outcome: event === 'pass' ? 'passed' : 'failed', message: err };
  if (!events.some(([event]) => event === 'end')) yield { test: '(the whole suite)', outcome: 'failed', message: 'came to no end' };
}

/** go test -v: what a test says stands between its "=== RUN" and its "--- PASS". Subtests are indented, so they do not count. */
function* goResults(log) {
  let said = [];
  for (const line of log) {
    const [, verdict, test] = /^--- (PASS|FAIL|SKIP): (\S+)/.exec(line) ?? [];
    if (line.startsWith('=== RUN')) said = [];
    else if (verdict === undefined) said.push(line);
    else if (verdict === 'FAIL') yield { test, outcome: 'failed', message: said.filter(isTelling).slice(-2).join(' ') };
    else yield { test, outcome: verdict === 'PASS' ? 'passed' : 'skipped' };
  }
}

/** The Go suites log each byte that they send and receive, from shared_test.go. */
function isTelling(line) {
  return /^panic: |_test\.go:\d+: /.test(line) && !line.includes(' shared_test.go:');
}

/** "ok - TEST", "not ok - TEST: MESSAGE", and "1..COUNT" as the last line. */
function* tapResults(log) {
  for (const line of log) {
    const [, not, test, message] = /^(not )?ok - ([^:]+)(?:: (.*))?$/.exec(line) ?? [];
    if (test !== undefined) yield { test, outcome: not ? 'failed' : 'passed', message };
  }
  if (!log.some((line) => /^1\.\.\d+$/.test(line))) yield { test: '(the whole suite)', outcome: 'failed', message: 'came to no end' };
}

function linesOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
}

function rowsOf(path) {
  return linesOf(path)
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t'));
}

/** All that a suite brought to light; what its tests do not show (how it ended, how the broker ended) stands as one more failure. */
function resultsOf(suite, code) {
  const log = linesOf(join(folder, `${suite}.log`));
  const results = [...parsers[suite](log)];
  const fail = (test, message) => results.push({ test, outcome: 'failed', message });
  if (code === TIMED_OUT) fail('(the whole suite)', 'took too long');
  else if (code !== 0 && !results.some(({ outcome }) => outcome === 'failed'))
    fail('(the whole suite)', `ended with exit code ${code}: ${log.filter(Boolean).slice(-3).join(' ')}`);
  if (results.length === 0) fail('(the whole suite)', 'ran no test');
  const [broken] = linesOf(join(folder, `${suite}.broker`));
  if (broken) fail('(the lab broker)', broken);
  return results;
}

function summaryOf([suite, code, milliseconds]) {
  const results = resultsOf(suite, Number(code));
  const listed = rowsOf(new URL('./known.tsv', import.meta.url)).filter(([of, , on]) => of === suite && (on === broker || on === '*'));
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const reasons = new Map(listed.map(([, test, , reason]) => [test, reason]));
  return {
    suite,
    passed: results.filter(({ outcome }) => outcome === 'passed').length,
    failed: failed.length,
    skipped: results.filter(({ outcome }) => outcome === 'skipped').length,
    seconds: Number(milliseconds) / 1000,
    unexpected: failed.filter(({ test }) => !reasons.has(test)).map(({ test, message = '' }) => ({ test, message: short(message) })),
    known: failed.filter(({ test }) => reasons.has(test)).map(({ test }) => ({ test, reason: reasons.get(test) })),
    notFailed: [...reasons.keys()].filter((test) => !failed.some((failure) => failure.test === test)),
  };
}

function short(message) {
  const line = message.replace(/\s+/g, ' ').trim();
  return line.length > MESSAGE_LENGTH ? `${line.slice(0, MESSAGE_LENGTH)}…` : line;
}

function* view({ suites }) {
  const total = (column) => suites.reduce((sum, suite) => sum + suite[column], 0);
  for (const { suite, passed, failed, skipped, seconds, unexpected, known, notFailed } of suites) {
    yield `${suite.padEnd(12)}${passed} passed, ${failed} failed, ${skipped} skipped, ${seconds.toFixed(1)} s`;
    for (const { test, message } of unexpected) yield `  failed      ${test}: ${message}`;
    for (const { test, reason } of known) yield `  known       ${test}: ${reason}`;
    for (const test of notFailed) yield `  not failed  ${test}: known.tsv says that it fails on ${broker}`;
  }
  yield `${'all'.padEnd(12)}${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped, on ${version ? `RabbitMQ ${version}` : broker}`;
}

const suites = rowsOf(join(folder, 'suites.tsv')).map(summaryOf);
const ok = suites.length > 0 && suites.every(({ unexpected, notFailed }) => unexpected.length + notFailed.length === 0);
const report = { ok, broker, version, suites };
console.log(form === '--json' ? JSON.stringify(report, null, 2) : [...view(report)].join('\n'));
process.exitCode = ok ? 0 : 1;
