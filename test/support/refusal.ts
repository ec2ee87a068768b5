import { LabError } from '../../src/errors.ts';

/** Runs what must fail, and answers its LabError; any other error, or none, fails the test. */
export function refusal(run: () => unknown): LabError {
  try {
    run();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
