import { runBrokerProcess } from '../dist/broker-bundle.js';

// started by `rmq-lab broker start`
process.exitCode = await runBrokerProcess(process);
