import { writeSync } from 'node:fs';

/** The versions of RabbitMQ that this program is tested on. */
const VERSIONS = ['3.10', '4.0', '4.3'];

/**
 * Prints, as the very last lines on stdout, which real brokers were tested, which were not, and `N passed, N failed, N skipped`.
 * A test to be written counts as skipped, a file that could not be run as failed. A run without any test is a failure.
 */
export default class TotalsReporter {
  #empty = false;

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (results.runExecError ? 1 : 0);
    const skipped = results.numPendingTests + results.numTodoTests;
    this.#empty = results.numPassedTests + failed === 0;
    const lines = [...brokerLines(results), `${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`];
    // Jest's own summary and warnings come after this call, so the lines wait for the end of the process.
    process.on('exit', () => writeSync(1, `${lines.join('\n')}\n`));
  }

  getLastError() {
    return this.#empty ? new Error('no test was run') : undefined;
  }
}

function brokerLines(results) {
  const tested = new Map();
  for (const test of results.testResults.flatMap((file) => file.testResults)) {
    const version = test.ancestorTitles.map((title) => / on RabbitMQ (\S+)$/.exec(title)?.[1]).find((found) => found !== undefined);
    if (version === undefined || !['passed', 'failed'].includes(test.status)) continue;
    tested.set(version, (tested.get(version) ?? 0) + 1);
  }
  const done = [...tested].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  const missing = VERSIONS.filter((version) => !done.some(([found]) => found === version || found.startsWith(`${version}.`)));
  return [
    ...(done.length === 0
      ? []
      : [`tested on RabbitMQ ${done.map(([version, count]) => `${version} (${count} ${count === 1 ? 'test' : 'tests'})`).join(', ')}`]),
    ...(missing.length === 0 ? [] : [`NOT TESTED on RabbitMQ ${missing.join(', ')} (CONTRIBUTING.md says how)`]),
  ];
}
