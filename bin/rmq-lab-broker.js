import { runBrokerProcess } from '../dist/broker-process.js';

// started by `rmq-lab broker start`
process.exitCode = await runBrokerProcess(process);
