// Prints what scripts/engines/run found of one engine: a line, and one more for each failure.
//
//   node report.js ENGINE FOLDER LEFT
//
// FOLDER holds start.json (of `broker start`), contract.json (of Jest) and suites.json (of scripts/suites/run, if it ran); LEFT is what the
// stop left behind, a line each. Exit 1 if the contract suite ran no test.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [engine, folder, left] = process.argv.slice(2);

function read(name) {
  const path = join(folder, name);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text === '' ? undefined : JSON.parse(text);
}

function count(tests) {
  const of = (status) => tests.filter((test) => test.status === status).length;
  return { passed: of('passed'), failed: of('failed') };
}

const version = read('start.json')?.version;
const files = read('contract.json')?.testResults ?? [];
const tests = files.flatMap(({ name, assertionResults }) =>
  assertionResults.map((test) => ({ ...test, lesson: /lessons(-\w+)?\.test/.test(name) })),
);
const lessons = count(tests.filter(({ lesson }) => lesson));
const contract = count(tests.filter(({ lesson }) => !lesson));
const broken = files.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
const suites = read('suites.json')?.suites;
const sum = (column) => suites.reduce((total, suite) => total + suite[column], 0);

const line = [
  `contract ${contract.passed} passed, ${contract.failed + broken.length} failed`,
  `lessons ${lessons.passed} passed, ${lessons.failed} failed`,
  suites === undefined ? 'suites by others not run' : `suites by others ${sum('passed')} passed, ${sum('failed')} failed`,
  left === '' ? 'nothing left' : `left: ${left.split('\n').join(', ')}`,
];
console.log(`${engine}${version === undefined ? ' (did not start)' : ` (${version})`}: ${line.join('; ')}`);
for (const { name } of broken) console.log(`  failed  ${name}: could not be run`);
for (const { fullName, status } of tests) if (status === 'failed') console.log(`  failed  ${fullName}`);
for (const { suite, unexpected, known, notFailed } of suites ?? []) {
  for (const { test, message } of unexpected) console.log(`  failed  ${suite}: ${test}: ${message}`);
  for (const { test, reason } of known) console.log(`  known   ${suite}: ${test}: ${reason}`);
  for (const test of notFailed) console.log(`  passed  ${suite}: ${test}: known.tsv says that it fails`);
}
process.exitCode = contract.passed > 0 ? 0 : 1;
