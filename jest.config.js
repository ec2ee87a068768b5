import { findBrokers } from './test/support/find-brokers.js';

/**
 * The real brokers are asked for their versions here, once; `globalSetup` starts the lab broker. `test/support/brokers.ts` hands them to
 * the tests.
 */
export default async () => {
  const brokers = await findBrokers(process.env.RMQ_LAB_TEST_URLS);
  const project = {
    extensionsToTreatAsEsm: ['.ts'],
    transform: {
      '\\.ts$': [
        '@swc/jest',
        { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
      ],
    },
    testRunner: '<rootDir>/test/support/overlapping-runner.js',
    globals: { rmqLabBrokers: brokers },
  };
  return {
    testTimeout: 30_000,
    // on two cores: most tests wait for a broker, or for a command that does
    maxWorkers: 3,
    globalSetup: '<rootDir>/test/support/global-setup.js',
    reporters: ['default', '<rootDir>/test/support/totals-reporter.js'],
    projects: [
      {
        ...project,
        testMatch: ['<rootDir>/test/**/*.test.ts'],
        testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/alone/'],
      },
      // Jest runs one runner's files after the other's: what restarts a broker never meets a test that uses it.
      { ...project, testMatch: ['<rootDir>/test/alone/**/*.test.ts'], runner: '<rootDir>/test/support/serial-runner.js' },
    ],
  };
};
