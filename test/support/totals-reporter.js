import { writeSync } from 'node:fs';

/** The versions of RabbitMQ that this program is tested on. */
const VERSIONS = ['3.10', '4.0', '4.3'];

/**
 * Prints, as the very last lines on stdout, which brokers were tested, which were not, and `N passed, N failed, N skipped`.
 * A test to be written counts as skipped, a file that could not be run as failed. A run without any test is a failure.
 */
export default class TotalsReporter {
  #empty = false;

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (results.runExecError ? 1 : 0);
    const skipped = results.numPendingTests + results.numTodoTests;
    this.#empty = results.numPassedTests + failed === 0;
    const lines = [
      ...brokerLines(results),
      ...pythonLines(results),
      `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`,
    ];
    // Jest's own summary and warnings come after this call, so the lines wait for the end of the process.
    process.on('exit', () => writeSync(1, `${lines.join('\n')}\n`));
  }

  getLastError() {
    return this.#empty ? new Error('no test was run') : undefined;
  }
}

/** A line for each reason why programs in Python were skipped: a run without them must not look like one with them. */
function pythonLines(results) {
  const titles = results.testResults.flatMap((file) => file.testResults).flatMap((test) => [...test.ancestorTitles, test.title]);
  const reasons = titles.flatMap((title) => /\bpython: NOT TESTED: (.+)/i.exec(title)?.[1] ?? []);
  return [...new Set(reasons)].map((reason) => `NOT TESTED: programs in Python: ${reason}`);
}

function brokerLines(results) {
  const tested = new Map();
  for (const test of results.testResults.flatMap((file) => file.testResults)) {
    const titles = [...test.ancestorTitles, test.title];
    const broker = titles.map((title) => /(?:^| )on (?:RabbitMQ (\S+)|(lab broker))$/.exec(title)).find((found) => found !== null);
    if (!broker || !['passed', 'failed'].includes(test.status)) continue;
    const name = broker[1] ?? broker[2];
    tested.set(name, (tested.get(name) ?? 0) + 1);
  }
  const count = ([, tests]) => `(${tests} ${tests === 1 ? 'test' : 'tests'})`;
  const lab = [...tested].filter(([name]) => name === 'lab broker');
  const real = [...tested].filter(([name]) => name !== 'lab broker').sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const missing = VERSIONS.filter((version) => !real.some(([found]) => found === version || found.startsWith(`${version}.`)));
  return [
    ...lab.map((entry) => `tested on the lab broker ${count(entry)}`),
    ...(real.length === 0 ? [] : [`tested on RabbitMQ ${real.map((entry) => `${entry[0]} ${count(entry)}`).join(', ')}`]),
    ...(missing.length === 0 ? [] : [`NOT TESTED on RabbitMQ ${missing.join(', ')} (CONTRIBUTING.md says how)`]),
  ];
}
