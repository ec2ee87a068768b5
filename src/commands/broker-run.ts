import { closeSync, writeSync } from 'node:fs';
import type { StartOptions } from '../engines/engine.ts';
import type { ChildOptions, ReadyMessage } from '../engines/lab.ts';
import { type Served, serveLab } from '../engines/serve-lab.ts';
import { LabError } from '../errors.ts';
import { type BrokerEvent, EVENT_TYPES } from '../lab-broker/events.ts';
import { makeFolder, stateFolder } from '../lessons/state-folder.ts';
import { brokerDocument, brokerView } from '../output/broker-view.ts';
import { eventView } from '../output/event-view.ts';
import { recoveryView } from '../output/recovery-view.ts';
import { createEventPrinter } from './broker-events.ts';
import { createLoadingTeller } from './broker-loading.ts';
import { unlessInterrupted } from './interruption.ts';
import type { Lab } from './lab.ts';

/** What running a broker needs of a Lab. */
export type BrokerStage = Pick<Lab, 'env' | 'host' | 'clock' | 'settings' | 'interrupted' | 'print' | 'write' | 'note'>;

/** Runs a broker in this process until it is interrupted. `child` is given by `broker start`, to the process that it starts. */
export async function runBroker(lab: BrokerStage, options: StartOptions, child?: ChildOptions): Promise<void> {
  const folder = stateFolder(lab.env);
  makeFolder(folder);
  const logFile = child?.logFile;
  const teller = createLoadingTeller(lab);
  const loading: typeof teller = (...progress) => {
    if (child !== undefined) tellGoing(child.readyFd);
    teller(...progress);
  };
  const place = { folder, host: lab.host, now: lab.clock.now(), loading, ...(logFile === undefined ? {} : { log: logFile }) };
  const tell = child === undefined ? () => undefined : readyTeller(child.readyFd);
  const served = await serveLab(options, place).catch((cause) => {
    if (cause instanceof LabError) {
      const { kind, message, hint } = cause;
      tell({ error: { kind, message, ...(hint === undefined ? {} : { hint }) } });
    }
    throw cause;
  });
  try {
    const { broker, other } = served;
    if (other !== undefined && child !== undefined) return tell({ broker: other, already: true });
    const { recovery } = served;
    await lab.print({ ...brokerDocument(broker), ...(recovery === undefined ? {} : { recovery }) }, () => brokerView(broker));
    if (other !== undefined) lab.note(`commands without --url use the one at ${other.url}, which was there first`);
    if (recovery !== undefined) for (const line of recoveryView(recovery)) lab.note(line);
    tell({ broker, already: false });
    await printEvents(lab, served, logFile);
  } finally {
    await served.close();
  }
}

/** Prints what happens until the output is closed, or the command is interrupted. */
async function printEvents(lab: BrokerStage, { events }: Served, logFile: string | undefined): Promise<void> {
  const { json, verbose } = lab.settings;
  const printer = createEventPrinter(lab.write, lab.clock, json ? eventDocument : eventLine, logFile);
  // the most frequent by far, and no news: the broker need not even put it together
  const types = EVENT_TYPES.filter((type) => type !== 'routed' || verbose);
  const unsubscribes = types.map((type) => events.on(type, (event) => printer.add(event)));
  try {
    await unlessInterrupted(lab, printer.closed);
  } finally {
    for (const unsubscribe of unsubscribes) unsubscribe();
    printer.end();
  }
}

type Shown = BrokerEvent | { readonly type: 'skipped'; readonly count: number };

function eventLine(event: Shown, now: number): string {
  return `${new Date(now).toISOString()}  ${event.type === 'skipped' ? `… and ${event.count} events more in this second` : eventView(event)}`;
}

function eventDocument(event: Shown, now: number): string {
  const shown = event.type === 'internal-error' ? { ...event, error: String(event.error) } : event;
  return JSON.stringify({ time: new Date(now).toISOString(), ...shown });
}

/** Tells it that this one still reads what was kept: JSON may have blanks before it. */
function tellGoing(fd: number): void {
  try {
    writeSync(fd, ' ');
  } catch {
    // whoever asked is gone
  }
}

/** Tells the process that started this one how it went. */
function readyTeller(fd: number): (message: ReadyMessage) => void {
  return (message) => {
    try {
      writeSync(fd, JSON.stringify(message));
      closeSync(fd);
    } catch {
      // whoever asked is gone; the broker is there all the same
    }
  };
}
