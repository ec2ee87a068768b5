import TestRunner from 'jest-runner';

/** Runs its test files one after the other. */
export default class SerialRunner extends TestRunner {
  isSerial = true;
}
