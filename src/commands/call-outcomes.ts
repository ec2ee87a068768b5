import type { Message } from '../client/message.ts';
import { LabError } from '../errors.ts';
import { type Answer, ERROR_HEADER } from '../messages/call.ts';
import { rejectedHint } from '../output/publish-view.ts';
import type { Destination } from './publish-flags.ts';

/** Counts what became of calls, and says at the end what is to be said of them. */
export class CallOutcomes {
  readonly #destination: Destination;
  readonly #timeout: number;
  readonly #unit: 'line' | 'call';
  readonly #several: boolean;
  #calls = 0;
  #late = 0;
  #refused = 0;
  #errors = 0;
  #foreign = 0;
  #first: { readonly message: string; readonly hint: string } | undefined;

  /** `several`: each complaint is told as it comes, with the number of its call. */
  constructor(destination: Destination, timeout: number, unit: 'line' | 'call', several: boolean) {
    this.#destination = destination;
    this.#timeout = timeout;
    this.#unit = unit;
    this.#several = several;
  }

  /** Counts a reply that nobody waits for. */
  addStray(why: 'late' | 'foreign'): void {
    if (why === 'foreign') this.#foreign++;
  }

  /** Counts an answer; of several calls, answers the line about one that failed. */
  add(answer: Answer, request: Message, number: number): string | undefined {
    this.#calls++;
    const complaint = this.#complain(answer, request);
    if (complaint === undefined) return undefined;
    this.#first ??= complaint;
    return this.#several ? `${this.#unit} ${number}: ${complaint.message}` : undefined;
  }

  /** The failure to end with; undefined when each call has its reply. Refusals and errors (exit 3) go before time-outs (7). */
  failure(): LabError | undefined {
    if (this.#first === undefined) return undefined;
    const failed = this.#late + this.#refused + this.#errors;
    const { hint } = this.#first;
    const message = this.#several ? `${failed} of ${this.#calls} calls failed (${this.#parts().join(', ')})` : this.#first.message;
    return new LabError(this.#refused + this.#errors > 0 ? 'not-taken' : 'condition', message, { hint });
  }

  #parts(): string[] {
    return [
      ...(this.#late > 0 ? [`${this.#late} without a reply in time`] : []),
      ...(this.#refused > 0 ? [`${this.#refused} reached no server`] : []),
      ...(this.#errors > 0 ? [`${this.#errors} answered with an error`] : []),
    ];
  }

  #complain(answer: Answer, request: Message): { readonly message: string; readonly hint: string } | undefined {
    switch (answer.outcome) {
      case 'reply': {
        const error = answer.reply.properties.headers?.[ERROR_HEADER];
        if (error === undefined) return undefined;
        this.#errors++;
        return {
          message: `the server answered with an error: ${String(error)}`,
          hint: 'what the server says of it is its reply, on stdout',
        };
      }
      case 'late':
        this.#late++;
        return { message: `no reply within ${durationText(this.#timeout)}`, hint: this.#lateHint() };
      default: {
        this.#refused++;
        const report = { published: 1, confirmed: 0, returned: answer.outcome === 'returned' ? 1 : 0, nacked: 0 };
        const hint = rejectedHint(report, this.#destination, request).replace(', or --no-mandatory to drop it in silence', '');
        return { message: `the request reached no server: ${answer.reason}`, hint };
      }
    }
  }

  #lateHint(): string {
    if (this.#foreign > 0) return 'a reply came without the correlation id of a request: does the server copy it into its replies?';
    return 'is there a server (rmq-lab serve), does it answer to reply-to with the correlation id? A longer wait: --timeout 1m';
  }
}

function durationText(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}
