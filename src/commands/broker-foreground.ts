import type { Engine, StartOptions } from '../engines/engine.ts';
import { LabError } from '../errors.ts';
import { brokerDocument, brokerView } from '../output/broker-view.ts';
import { interruption } from './interruption.ts';
import type { Lab } from './lab.ts';

/** Runs a broker that has processes of its own for as long as this command runs, and prints what it writes. */
export async function runInForeground(lab: Lab, engine: Engine, options: StartOptions): Promise<void> {
  const { already, broker } = await lab.waitFor('starting a broker', () => engine.start(options));
  if (already) {
    throw new LabError('condition', `a broker of the engine ${engine.name} is up already, at ${broker.url}`, {
      hint: `rmq-lab broker logs --follow --engine ${engine.name}`,
    });
  }
  try {
    await lab.print(brokerDocument(broker), () => brokerView(broker));
    for await (const chunk of engine.logs(true, lab.interrupted)) await lab.write(chunk);
    if (lab.interrupted.aborted) throw interruption(lab);
  } finally {
    await engine.stop();
  }
}
