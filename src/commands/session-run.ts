import type { Delivery } from '../client/message.ts';
import { LabError } from '../errors.ts';
import { isConnectionFailure, type NamedChannel, NamedChannels } from '../messages/named-channels.ts';
import { messagesText } from '../output/entity-view.ts';
import { escapeText } from '../output/escape.ts';
import { failureText } from '../output/failure-view.ts';
import { deliveryBlock } from './display.ts';
import type { Lab } from './lab.ts';
import type { Prompter } from './prompter.ts';
import { pumpContext } from './pumping.ts';
import { channelCommands } from './session-channels.ts';
import { inSession, type LineAnswer, parseSessionLine, runLine } from './session-line.ts';
import { messageCommands, shownDelivery } from './session-messages.ts';
import { topologyCommands } from './session-topology.ts';

const FIRST_CHANNEL = 'ch1';
/** Deliveries shown at a prompt for each line: nobody reads a queue of thousands as it rushes by. */
const SHOWN_DELIVERIES = 100;

/** A session: lines in, what they did out, and what happens meanwhile. */
export class Session {
  readonly #lab: Lab;
  readonly #prompter: Prompter | undefined;
  readonly #keepGoing: boolean;
  readonly #ended = new AbortController();
  readonly #channels: NamedChannels;
  /** What happened while a line ran. */
  #meanwhile: { readonly name: string | undefined; readonly failure: LabError }[] = [];
  #running = false;
  #current = FIRST_CHANNEL;
  #number = 0;
  /** Deliveries since the last line. */
  #deliveries = 0;
  #failures = 0;
  #first: LabError | undefined;
  #out: Promise<void> = Promise.resolve();

  /** With a prompter it is one at a prompt: failures are shown, and it goes on. */
  constructor(lab: Lab, prompter: Prompter | undefined, keepGoing: boolean) {
    this.#lab = lab;
    this.#prompter = prompter;
    this.#keepGoing = keepGoing;
    lab.interrupted.addEventListener('abort', () => this.#ended.abort(lab.interrupted.reason));
    this.#channels = new NamedChannels(pumpContext(lab), {
      onDelivery: (at, consumerTag, delivery) => this.#delivered(at, consumerTag, delivery),
      onCancelled: (at, consumerTag) =>
        this.#tell(
          { channel: at.name, event: 'cancelled', consumerTag },
          `${at.name}: the broker ended consumer ${consumerTag}: its queue has gone`,
        ),
      onReturned: (at, { exchange, routingKey }, reason) =>
        this.#tell(
          { channel: at.name, event: 'returned', exchange, routingKey, reason },
          `${at.name}: returned: ${reason}, exchange '${exchange}', routing key '${routingKey}'`,
        ),
      onClosed: (at, failure) => this.#happened(at.name, failure),
      onLost: (failure) => this.#happened(undefined, failure),
    });
  }

  /** The name of the channel that a line without one is for. */
  get current(): string {
    return this.#current;
  }

  /** Aborted when it cannot go on: by an interruption, a failure, or a stdout that nobody reads. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** Runs a line; false ends the session. */
  async run(line: string): Promise<boolean> {
    this.#number++;
    this.#deliveries = 0;
    this.#running = true;
    let at: NamedChannel | undefined;
    let failure: LabError | undefined;
    let isExit = false;
    try {
      const parsed = parseSessionLine(line);
      if (parsed === undefined) return true;
      if (parsed.channel !== undefined) this.#current = parsed.channel;
      const words = parsed.words.length === 0 ? ['open'] : parsed.words;
      isExit = words.length === 1 && (words[0] === 'exit' || words[0] === 'quit');
      if (!isExit) await this.#perform(words, (used) => (at = used));
    } catch (cause) {
      const known = inSession(cause);
      if (!(known instanceof LabError)) throw known;
      // somebody said no, and was told that it was left as it is
      if (known.kind !== 'interrupted' || this.#ended.signal.aborted) failure = known;
    } finally {
      this.#running = false;
    }
    if (failure !== undefined) {
      await this.#channels.settle(failure, at);
      this.#fail(this.#current, failure, at);
    }
    for (const { name, failure: other } of this.#meanwhile.splice(0)) {
      const isKnown = failure !== undefined && (name === this.#current || isConnectionFailure(failure));
      if (!isKnown) this.#fail(name, other);
    }
    await this.#out;
    return !isExit && !this.#ended.signal.aborted;
  }

  /** Gives back what is held, and throws what is to be the session's end. */
  async end(): Promise<void> {
    const gaveBack = await this.#channels.end();
    if (gaveBack > 0) this.#lab.note(`gave back ${messagesText(gaveBack)} held`);
    await this.#out.catch(() => undefined);
    if (this.#ended.signal.aborted) throw this.#ended.signal.reason;
    if (this.#prompter !== undefined || this.#first === undefined) return;
    const { kind, message, replyCode } = this.#first;
    throw new LabError(
      kind,
      `${this.#failures === 1 ? '1 line' : `${this.#failures} lines`} of ${this.#number} failed; the first: ${message}`,
      {
        ...(replyCode === undefined ? {} : { replyCode }),
      },
    );
  }

  async #perform(words: readonly string[], onUse: (at: NamedChannel) => void): Promise<void> {
    const name = this.#current;
    const lab = this.#lab;
    const use = async () => {
      const at = await this.#channels.use(name);
      onUse(at);
      return at;
    };
    const context = { lab, channels: this.#channels, name, at: use, ended: this.#ended.signal };
    const { result, text, block }: LineAnswer = await runLine(words, [topologyCommands, messageCommands, channelCommands], context);
    const isHelp = 'help' in result;
    const shown =
      text === '' || isHelp
        ? text
        : text
            .split('\n')
            .map((line) => `${name}: ${line}`)
            .join('\n');
    this.#tell({ line: this.#number, channel: name, command: words[0], result }, words[0] === 'channels' ? text : shown, block);
  }

  #delivered(at: NamedChannel, consumerTag: string, delivery: Delivery): void {
    this.#deliveries++;
    const isRead = this.#prompter !== undefined && this.#lab.out.isTerminal && !this.#lab.settings.json;
    if (isRead && this.#deliveries > SHOWN_DELIVERIES) {
      const isFirst = this.#deliveries === SHOWN_DELIVERIES + 1;
      if (isFirst) this.#tell({}, 'more deliveries come: they are not shown until the next line; channels shows what is held');
      return;
    }
    this.#tell(
      { channel: at.name, event: 'delivery', consumerTag, ...shownDelivery(delivery) },
      `${at.name}: #${delivery.deliveryTag} to consumer ${consumerTag}${at.held.has(delivery.deliveryTag) ? ', held until ack' : ''}`,
      deliveryBlock(this.#lab, delivery),
    );
  }

  #tell(document: object, text: string, block?: string): void {
    if (!this.#lab.settings.json && text === '') return;
    const lines = block === undefined ? escapeText(text) : `${escapeText(text)}\n${block}`;
    const written = this.#lab.settings.json ? JSON.stringify(document) : lines;
    if (this.#prompter !== undefined) {
      this.#prompter.interject(() => void this.#lab.out.stream.write(`${written}\n`));
      return;
    }
    this.#out = this.#out.then(() => this.#lab.write(`${written}\n`));
    this.#out.catch((cause) => this.#ended.abort(cause));
  }

  /** Something failed without having been asked for. */
  #happened(name: string | undefined, failure: LabError): void {
    if (this.#running) this.#meanwhile.push({ name, failure });
    else this.#fail(name, failure);
  }

  #fail(name: string | undefined, failure: LabError, at?: NamedChannel): void {
    const placed = this.#placed(name, failure, at);
    this.#failures++;
    this.#first ??= placed;
    if (this.#prompter !== undefined) this.#prompter.interject(() => void this.#lab.err.stream.write(failureText(placed)));
    else if (this.#keepGoing && !isConnectionFailure(failure)) this.#lab.warn(failureText(placed).trimEnd());
    else this.#ended.abort(placed);
  }

  /** A failure with where it was, and what it took down. */
  #placed(name: string | undefined, failure: LabError, at?: NamedChannel): LabError {
    const { kind, message, hint, replyCode, detail } = failure;
    const where = [
      ...(this.#prompter === undefined && this.#number > 0 ? [`line ${this.#number}`] : []),
      ...(name === undefined || kind === 'usage' ? [] : [name]),
    ];
    const isAlone = replyCode !== undefined && !isConnectionFailure(failure);
    const isClosed = name !== undefined && isAlone && this.#channels.find(name) !== at;
    const back = at === undefined || at.held.size === 0 ? '' : `, the ${at.held.size} that it held went back`;
    const took = isClosed
      ? `this closed channel ${name} and no other${back}; its next use opens a new one`
      : isConnectionFailure(failure) && (at !== undefined || name === undefined)
        ? `this closed the connection with all its channels${this.#prompter === undefined ? '' : '; the next use of a channel connects again'}`
        : undefined;
    const details = [detail, took].filter((line) => line !== undefined).join('\n');
    return new LabError(kind, [...where, message].join(': '), {
      cause: failure,
      ...(hint === undefined ? {} : { hint }),
      ...(replyCode === undefined ? {} : { replyCode }),
      ...(details === '' ? {} : { detail: details }),
    });
  }
}
