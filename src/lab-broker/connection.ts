import type { Socket } from 'node:net';
import { Brake } from './brake.ts';
import type { Channel } from './channel.ts';
import type { ConnectionHost } from './connection-host.ts';
import { NOBODY, type User } from './entities/user.ts';
import type { Vhost } from './entities/vhost.ts';
import { BrokerFault } from './faults.ts';
import { hasCapability, LIMITS } from './greeting.ts';
import { Handshake } from './handshake.ts';
import { checkHeartbeat, startHeartbeat, unknownFrame } from './heartbeat.ts';
import { Intake } from './intake.ts';
import { handleConnectionMethod } from './methods/connection.ts';
import { openChannel } from './open-channel.ts';
import { Output } from './output.ts';
import { closingOf, namesNoMethod, replyOf, toFault } from './reply.ts';
import { Rights } from './rights.ts';
import { SafetyHold } from './safety-hold.ts';
import type { Table } from './wire/field.ts';
import { BODY, encodeFrame, type Frame, HEARTBEAT, methodIdOf } from './wire/frames.ts';
import type { MethodOf } from './wire/methods.ts';
import { WireFault } from './wire/wire-fault.ts';

/**
 * Milliseconds: a handshake must be done by then; whoever failed it is kept waiting; an answer to connection.close is waited for; and
 * who has closed is to hang up, too; and the last word of a broker that ends may take so long.
 */
const [HANDSHAKE_TIMEOUT, SILENT_DELAY, CLOSE_TIMEOUT, HANG_UP, LAST_WORD] = [10_000, 3_000, 10_000, 30_000, 250];

/** One client's connection: its handshake, its channels, and how it ends. */
export class Connection {
  readonly name: string;
  readonly output: Output;
  readonly channels = new Map<number, Channel>();
  readonly socket: Socket;
  readonly host: ConnectionHost;
  readonly connectedAt: number;
  user: User = NOBODY;
  rights: Rights;
  clientProperties: Table = [];
  mechanism = '';
  channelMax: number = LIMITS.channelMax;
  /** Seconds; 0 is none. */
  heartbeat = 0;
  vhost: Vhost | undefined;
  readonly #intake: Intake;
  readonly #brake: Brake;
  /** What is to be safe before anything more is said. */
  readonly hold: SafetyHold;
  readonly #handshake: Handshake;
  #state: 'greeting' | 'handshake' | 'running' | 'closing' | 'over' = 'greeting';
  /** Class and method of the frame that is being handled outside a channel. */
  #by = 0;
  #stopTimer: () => void;
  #stopHeartbeat: () => void = () => undefined;

  constructor(socket: Socket, host: ConnectionHost) {
    this.socket = socket;
    this.host = host;
    this.name = `${socket.remoteAddress}:${socket.remotePort} -> ${socket.localAddress}:${socket.localPort}`;
    this.connectedAt = host.realm.clock.now();
    this.rights = new Rights(host.realm, this.user, '');
    this.output = new Output(socket, () => host.flushSoon(this));
    this.#intake = new Intake(socket, host.realm.clock, {
      // confirms wait for the end of the turn
      turn: () => host.flushSoon(this),
      handle: (frame) => this.#handle(frame),
      failed: (cause, reading) => {
        if (reading) this.#by = 0;
        this.#answer(cause, undefined);
        return this.#state !== 'over';
      },
      held: () => (this.#brake.on && this.#state === 'running') || this.output.overfull,
    });
    this.#brake = new Brake(this, host.realm);
    this.hold = new SafetyHold(socket, host.realm);
    this.#handshake = new Handshake(this, host.realm);
    this.#stopTimer = host.realm.clock.setTimer(HANDSHAKE_TIMEOUT, () => this.destroy());
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('drain', () => this.#drained());
    socket.on('error', () => undefined); // 'close' follows
    socket.on('end', () => this.#hungUp());
    socket.on('close', () => this.#end());
  }

  /** Whether its publishes are held up. */
  get blocked(): boolean {
    return this.#brake.on;
  }

  hasCapability(name: string): boolean {
    return hasCapability(this.clientProperties, name);
  }

  /** A message was put into so many queues: that counts against this turn's time, and it may be the one too many. */
  published(queues: number): void {
    this.#intake.work(queues);
    this.#brake.published();
  }

  /** Publishers may go on, later: whoever frees memory is in the midst of something. */
  unblock(): void {
    if (this.#brake.release()) this.#readOn();
  }

  /** What the current frame of a channel asks for goes on before the next frame; `step` answers whether there is more to do. */
  carryOn(step: () => boolean, channel: Channel): void {
    this.#intake.carryOn(() => this.#of(channel, step) ?? false);
  }

  /** Forgets a channel that is closed. */
  forget(channel: Channel): void {
    this.channels.delete(channel.number);
  }

  /** Sends what waits, after the confirms. */
  flush(): void {
    this.hold.flush(this, this.channels.values());
    this.output.flush();
  }

  /** Closes it as the broker does on its own account. */
  close(fault: BrokerFault): void {
    if (this.#state === 'running') this.fail(fault, 0);
    else this.destroy();
  }

  /** The same, without waiting for an answer. */
  shutDown(fault: BrokerFault): void {
    this.close(fault);
    this.flush();
    this.socket.destroySoon();
    this.#wait(LAST_WORD); // for a client that reads nothing
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** The client has settled for these limits. */
  tune({ channelMax, frameMax, heartbeat }: MethodOf<'connection.tune-ok'>): void {
    this.channelMax = channelMax;
    this.output.frameMax = frameMax;
    this.#intake.frameMax = frameMax;
    this.heartbeat = heartbeat;
    if (heartbeat === 0) return;
    this.#stopHeartbeat = startHeartbeat(this.host.realm.clock, heartbeat, {
      received: () => this.#intake.chunks,
      sent: () => this.output.flushes,
      beat: () => this.output.bytes(encodeFrame(HEARTBEAT, 0, Buffer.alloc(0))),
      dead: () => this.destroy(),
      paused: () => this.#intake.paused,
    });
  }

  /** The handshake is done. */
  enter(vhost: Vhost): void {
    const { realm } = this.host;
    this.vhost = vhost;
    this.rights = new Rights(realm, this.user, vhost.name);
    this.#state = 'running';
    this.#stopTimer();
    realm.enter(this);
    this.output.method(0, { name: 'connection.open-ok' });
  }

  /** Closes the connection for a fault; `id` is the class and method that made it. */
  fail(fault: BrokerFault, id: number): void {
    this.#release(fault);
    this.sendClose(fault, id);
    this.#state = 'closing';
    this.#wait(CLOSE_TIMEOUT);
  }

  sendClose(fault: BrokerFault, id: number): void {
    this.output.method(0, { name: 'connection.close', ...replyOf(fault, id) });
  }

  /** Whoever fails the handshake is told nothing, and kept waiting so that guessing takes long. */
  endSilently(): void {
    this.output.flush();
    this.#state = 'over';
    this.#wait(SILENT_DELAY);
  }

  /** The client has closed the connection, and is to hang up. */
  bye(): void {
    this.#release();
    this.output.method(0, { name: 'connection.close-ok' });
    this.output.flush();
    this.#state = 'over';
    this.#wait(HANG_UP);
  }

  /** Sends what waits, and hangs up. */
  leave(): void {
    this.output.flush();
    this.#state = 'over';
    this.socket.end();
  }

  #take(chunk: Buffer): void {
    if (this.#state === 'over') return;
    const rest = this.#state === 'greeting' ? this.#handshake.greet(chunk) : chunk;
    if (rest === undefined) return;
    if (this.#state === 'greeting') this.#state = 'handshake';
    this.#intake.take(rest);
  }

  #drained(): void {
    this.#intake.resume();
    for (const channel of this.channels.values()) channel.wakeConsumers();
  }

  /** Answers whether to go on. */
  #handle(frame: Frame): boolean {
    this.#by = methodIdOf(frame.type, frame.payload);
    if (this.#state === 'closing') this.#handleClosing(frame);
    else if (frame.type > BODY && frame.type !== HEARTBEAT) throw unknownFrame(frame);
    else if (frame.type === HEARTBEAT) checkHeartbeat(frame);
    else if (this.#state === 'handshake') this.#handshake.handle(frame);
    else if (frame.channel === 0) handleConnectionMethod(this, frame);
    else this.#handleChannel(frame);
    return this.#state !== 'over';
  }

  #handleChannel(frame: Frame): void {
    const channel = this.channels.get(frame.channel);
    if (channel === undefined) {
      const opened = openChannel(this, frame, this.host.maxMessageSize);
      this.channels.set(frame.channel, opened);
      return;
    }
    this.hold.during(frame, () => this.#of(channel, () => channel.handle(frame)));
  }

  /** Does something for a channel, whose fault it is when that fails. */
  #of<T>(channel: Channel, run: () => T): T | undefined {
    try {
      return run();
    } catch (cause) {
      this.#by = channel.by;
      this.#answer(cause, channel);
      return undefined;
    }
  }

  /** After connection.close everything is ignored but its answer, and a connection.close that crossed it. */
  #handleClosing({ type, channel, payload }: Frame): void {
    const closing = channel === 0 && closingOf(methodIdOf(type, payload));
    if (closing === 'close') this.output.method(0, { name: 'connection.close-ok' });
    if (closing !== false) this.leave();
  }

  /** The one place that answers what went wrong. */
  #answer(cause: unknown, channel: Channel | undefined): void {
    const known = cause instanceof BrokerFault || cause instanceof WireFault;
    if (!known) this.host.realm.tell({ type: 'internal-error', error: cause });
    if (cause instanceof WireFault && cause.kind === 'unparsable') this.destroy();
    else if (this.#state === 'handshake' && !this.#handshake.trusted) this.endSilently();
    else {
      const fault = toFault(cause);
      if (namesNoMethod(cause)) this.#by = 0;
      if (fault.closes === 'connection' || channel === undefined) this.fail(fault, this.#by);
      else channel.fail(replyOf(fault, this.#by));
    }
  }

  #wait(ms: number): void {
    this.#stopTimer();
    this.#stopTimer = this.host.realm.clock.setTimer(ms, () => this.destroy());
  }

  /** Gives up all that it holds. Idempotent. */
  #release(fault?: BrokerFault): void {
    for (const channel of [...this.channels.values()]) channel.terminate('gone');
    this.channels.clear();
    this.vhost?.removeQueuesOf(this);
    this.#stopHeartbeat();
    this.host.realm.leave(this, fault);
    this.#readOn(); // nothing that it does now takes memory
  }

  #readOn(): void {
    this.host.realm.clock.later(() => this.#intake.resume());
  }

  /** The client says nothing more, even if it should still read: what is on its way to it may arrive, but nothing new is sent. */
  #hungUp(): void {
    this.#release();
    this.leave();
    this.#wait(CLOSE_TIMEOUT);
  }

  #end(): void {
    this.#stopTimer();
    this.#release();
    this.#state = 'over';
    this.#intake.stop();
  }
}
