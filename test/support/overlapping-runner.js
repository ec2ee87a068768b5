import circus from 'jest-circus/runner';

/**
 * Runs a test file as jest does, in which tests may overlap (`test.concurrent`). Jest takes every import for a mistake that comes when
 * no test runs, and by its own count none runs any more as soon as the first of several has ended: this one counts them.
 */
export default function run(globalConfig, config, environment, runtime, ...more) {
  const enter = runtime.enterTestCode.bind(runtime);
  const leave = runtime.leaveTestCode.bind(runtime);
  let running = 0;
  runtime.enterTestCode = () => {
    running += 1;
    enter();
  };
  runtime.leaveTestCode = () => {
    running -= 1;
    if (running === 0) leave();
  };
  return circus.default(globalConfig, config, environment, runtime, ...more);
}
