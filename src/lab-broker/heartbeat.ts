import type { BrokerClock } from './clock.ts';
import { BrokerFault } from './faults.ts';
import { frameText } from './wire/erlang-text.ts';
import type { Frame } from './wire/frames.ts';

/** What a heartbeat watches. The counters grow with each sign of life. */
export interface HeartbeatPort {
  received(): number;
  sent(): number;
  /** Sends a heartbeat. */
  beat(): void;
  /** Nothing came for two intervals. */
  dead(): void;
  /** While the broker itself does not read, silence means nothing. */
  paused(): boolean;
}

/** Sends heartbeats when nothing else was sent, and notices when nothing comes; `seconds` is what was agreed. Answers what ends it. */
export function startHeartbeat(clock: BrokerClock, seconds: number, port: HeartbeatPort): () => void {
  let [sent, received, silent] = [port.sent(), port.received(), 0];
  let stop: () => void = () => undefined;
  const tick = () => {
    stop = clock.setTimer(seconds * 500, tick);
    if (port.sent() === sent) port.beat();
    sent = port.sent();
    silent = port.received() === received && !port.paused() ? silent + 1 : 0;
    received = port.received();
    // two intervals, each looked at twice
    if (silent >= 4) port.dead();
  };
  stop = clock.setTimer(seconds * 500, tick);
  return () => stop();
}

/** @throws BrokerFault for a heartbeat that is none. */
export function checkHeartbeat(frame: Frame): void {
  const { channel, payload } = frame;
  if (payload.length > 0) throw unknownFrame(frame);
  if (channel !== 0) throw new BrokerFault('unexpected-frame', { reason: 'type 8, all octets = <<>>' });
}

/** What is wrong with a frame of a type that there is not. */
export function unknownFrame({ type, payload }: Frame): BrokerFault {
  return new BrokerFault('frame-error', { reason: `${frameText(type, payload)}: unknown_frame` });
}
